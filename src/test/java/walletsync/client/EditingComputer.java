package walletsync.client;

import java.nio.file.Path;
import walletsync.client.http.ServerAddress;
import walletsync.client.sdk.CheapContainer;
import walletsync.support.CheapKeys;

/**
 * A process that edits and syncs without end, and says what it has done. It is there to be killed.
 */
final class EditingComputer {
  static final int KEYS = 5;

  private EditingComputer() {}

  /** Settings as the test's own clients have them. */
  static ClientSettings settings(int port) {
    return ClientSettings.forServer(ServerAddress.local(port))
        .withKeys(CheapKeys.derivation())
        .withPacking(CheapContainer.packing());
  }

  public static void main(String[] arguments) {
    String email = arguments[0];
    Path profile = Path.of(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    WalletSyncClient client = WalletSyncClient.open(email, "password one", profile, settings(port));
    for (int edit = Integer.parseInt(arguments[3]); ; edit++) {
      client.setPreference("key" + edit % KEYS, String.valueOf(edit));
      System.out.println("set " + edit);
      client.sync();
      System.out.println("synced " + edit);
    }
  }
}
