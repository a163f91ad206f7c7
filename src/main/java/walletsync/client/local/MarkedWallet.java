package walletsync.client.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkWallet;

/**
 * What is in a wallet's file: the wallet, and which synced versions it descends from. The marks are
 * in the file itself, so that an older copy of it has older ones; they are no part of the wallet.
 *
 * @param marks the newest one, and the one before it
 */
record MarkedWallet(SdkWallet wallet, List<String> marks) {
  private static final String MEMBER = "synced_as";

  MarkedWallet {
    marks = List.copyOf(marks);
  }

  static MarkedWallet parse(String text) {
    JsonNode node = PythonJson.parse(text);
    List<String> marks = new ArrayList<>();
    if (node instanceof ObjectNode root && root.remove(MEMBER) instanceof ArrayNode found) {
      found.forEach(mark -> marks.add(mark.asText()));
    }
    return new MarkedWallet(SdkWallet.of(node), marks);
  }

  /** The same marks upon another state of the wallet. */
  MarkedWallet with(SdkWallet changed) {
    return new MarkedWallet(changed, marks);
  }

  String text() {
    if (marks.isEmpty() || !(PythonJson.parse(wallet.json()) instanceof ObjectNode root)) {
      return wallet.fileText();
    }
    ArrayNode written = root.putArray(MEMBER);
    marks.forEach(written::add);
    return PythonJson.writeSorted(root);
  }
}
