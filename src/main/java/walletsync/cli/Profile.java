package walletsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.ServerAddress;
import walletsync.client.local.FileWallet;
import walletsync.client.local.LocalWallet;
import walletsync.client.local.PrivateFiles;
import walletsync.client.local.SdkDaemonWallet;
import walletsync.client.sdk.PythonJson;

/**
 * What {@code register} and {@code login} were told, for the commands after them.
 *
 * @param email the account
 * @param server where the server is
 * @param plainHttp whether plain http to another machine was insisted on
 * @param sdk the address of the SDK whose wallet is used; empty for a wallet file
 * @param walletId the SDK's wallet; empty for its default one
 */
record Profile(String email, String server, boolean plainHttp, String sdk, String walletId) {
  private static final String FILE = "profile.json";

  static Optional<Profile> load(Path folder) {
    return PrivateFiles.read(folder.resolve(FILE))
        .map(
            text -> {
              JsonNode node = PythonJson.parse(text);
              return new Profile(
                  node.path("email").asText(),
                  node.path("server").asText(),
                  node.path("plainHttp").asBoolean(),
                  node.path("sdk").asText(),
                  node.path("walletId").asText());
            });
  }

  void save(Path folder) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("email", email)
        .put("server", server)
        .put("plainHttp", plainHttp)
        .put("sdk", sdk)
        .put("walletId", walletId);
    PrivateFiles.write(folder.resolve(FILE), PythonJson.writeSorted(node) + "\n");
  }

  ServerAddress address() {
    return ServerAddress.of(server, plainHttp);
  }

  boolean hasSdk() {
    return !sdk.isEmpty();
  }

  LocalWallet wallet(Path folder) {
    if (!hasSdk()) {
      return new FileWallet(folder.resolve("wallet.json"), Clock.systemUTC());
    }
    return new SdkDaemonWallet(sdkAddress(sdk), walletId);
  }

  /** The SDK gets the password, and hands out the keys. */
  private static URI sdkAddress(String text) {
    try {
      return ServerAddress.of(text, false).uri();
    } catch (ClientException e) {
      throw new ClientException(
          Problem.USAGE,
          "The SDK's address must be like http://localhost:5279; on another machine, https: it gets"
              + " the password.",
          e);
    }
  }
}
