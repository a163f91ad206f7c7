package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;
import walletsync.support.TestSocket;

/**
 * What the server does about a socket on which nothing happens. It looks at its sockets every 25
 * seconds, so this test waits for that once.
 */
class WebsocketIdleTest {
  private static final int SECONDS = 60;

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void aHealthySocketIsPingedAndOneWhoseSessionIsOverIsClosed() {
    TestAccount account = server.newAccount();
    TestDevice over = account.logIn("over");
    TestDevice renewed = account.logIn("renewed");
    TestDevice healthy = account.logIn("healthy");
    expireSoon(over);
    expireSoon(renewed);

    try (TestSocket ofOver = TestSocket.open(server, over);
        TestSocket ofRenewed = TestSocket.open(server, renewed);
        TestSocket ofHealthy = TestSocket.open(server, healthy)) {
      TestDevice again = account.logIn("renewed");

      assertThat(ofOver.closeCode(SECONDS)).isNotEqualTo(TestSocket.NO_CLOSE_FRAME);
      assertThat(ofHealthy.isPinged(SECONDS)).isTrue();

      again.post("wallet", 1, "hmac").expect(200);
      assertThat(ofHealthy.next()).isEqualTo("wallet-update:1");
      assertThat(ofRenewed.next()).isEqualTo("wallet-update:1");
      assertThat(ofRenewed.isOpen()).isTrue();
      assertThat(ofOver.unread()).isEmpty();
    }
  }

  private static void expireSoon(TestDevice device) {
    Rows.change(
        server,
        "UPDATE auth_tokens SET expires = now() + interval '10 seconds'"
            + " WHERE token_hash = sha256(?::bytea)",
        device.token());
  }
}
