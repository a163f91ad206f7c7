package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** {@code GET} and {@code POST /wallet}, as devices of one account see them. */
class WalletTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void aSavedWalletIsReadBackAsItWasSent() {
    TestDevice laptop = server.newAccount().logIn("laptop");

    laptop.get().expectError(404, "Not Found: No wallet");
    assertThat(laptop.post("wallet ✓", 1, "hmac").expect(200).body())
        .isEqualTo("{\"encryptedWallet\":\"wallet ✓\",\"sequence\":1,\"hmac\":\"hmac\"}");
    assertThat(laptop.get().expect(200).body())
        .isEqualTo("{\"encryptedWallet\":\"wallet ✓\",\"sequence\":1,\"hmac\":\"hmac\"}");
  }
}
