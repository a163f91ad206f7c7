package walletsync.client.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import walletsync.protocol.Sha256;

/**
 * The SDK's hash of a wallet: SHA-256 over the hash of the preferences and one of each account, by
 * account id. It depends on the order of members, so it is only compared with an earlier hash of
 * the same wallet on the same machine.
 */
final class SyncHash {
  private SyncHash() {}

  static String of(SdkWallet wallet) {
    ByteArrayOutputStream hashed = new ByteArrayOutputStream();
    ObjectNode preferences = JsonNodeFactory.instance.objectNode();
    wallet.preferences().forEach((key, preference) -> preferences.set(key, preference.entry()));
    hashed.writeBytes(Sha256.of(PythonJson.write(preferences)));
    Map<String, byte[]> accounts = new TreeMap<>();
    for (JsonNode account : wallet.accounts()) {
      accounts.put(AccountId.of(account), accountHash((ObjectNode) account));
    }
    accounts.values().forEach(hashed::writeBytes);
    return HexFormat.of().formatHex(sha256(hashed.toByteArray()));
  }

  private static byte[] accountHash(ObjectNode account) {
    ObjectNode bare = account.deepCopy();
    bare.remove("certificates");
    List<String> addresses = new ArrayList<>();
    account.path("certificates").fieldNames().forEachRemaining(addresses::add);
    addresses.sort(null);
    return Sha256.of(PythonJson.write(bare), String.join("", addresses));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
