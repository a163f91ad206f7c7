package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.RawHttp;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;
import walletsync.support.TestSocket;

/** {@code GET /websocket}: who may connect, what a socket hears, and when it is closed. */
class WebsocketTest {
  private static final String PATH = "/api/3/websocket";
  private static final int TOO_BIG = 1009;

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  /** A device whose account never has a wallet, for sockets on which nothing is to be heard. */
  static TestDevice quiet;

  @BeforeAll
  static void logIn() {
    quiet = server.newAccount().logIn("device");
  }

  @Test
  void aSocketFirstHearsOfTheCurrentWallet() {
    TestDevice device = server.newAccount().logIn("device");
    device.post("first", 1, "hmac").expect(200);
    device.post("second", 2, "hmac").expect(200);

    try (TestSocket socket = TestSocket.open(server, device)) {
      assertThat(socket.next()).isEqualTo("wallet-update:2");
    }
  }

  @Test
  void aSocketOfAnAccountWithoutAWalletFirstHearsOfTheFirstOne() {
    TestDevice device = server.newAccount().logIn("device");

    try (TestSocket socket = TestSocket.open(server, device)) {
      device.post("first", 1, "hmac").expect(200);
      assertThat(socket.next()).isEqualTo("wallet-update:1");
      device.post("second", 2, "hmac").expect(200);
      assertThat(socket.next()).isEqualTo("wallet-update:2");
    }
  }

  @Test
  void everySocketOfTheAccountHearsOfAWalletTheWritersIncluded() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    TestDevice phone = account.logIn("phone");
    TestDevice stranger = server.newAccount().logIn("laptop");

    try (TestSocket one = TestSocket.open(server, laptop);
        TestSocket two = TestSocket.open(server, laptop);
        TestSocket three = TestSocket.openWithBearer(server, phone);
        TestSocket strangers = TestSocket.open(server, stranger)) {
      laptop.post("first", 1, "hmac").expect(200);
      phone.post("second", 2, "hmac").expect(200);

      for (TestSocket socket : new TestSocket[] {one, two, three}) {
        assertThat(socket.next()).isEqualTo("wallet-update:1");
        assertThat(socket.next()).isEqualTo("wallet-update:2");
      }
      stranger.post("theirs", 1, "hmac").expect(200);
      assertThat(strangers.next()).isEqualTo("wallet-update:1");
      assertThat(strangers.unread()).isEmpty();
    }
  }

  @Test
  void aConflictAndARetryAreNotHeardOf() {
    TestDevice device = server.newAccount().logIn("device");
    try (TestSocket socket = TestSocket.open(server, device)) {
      device.post("first", 1, "hmac").expect(200);

      device.post("other", 1, "hmac").expect(409);
      device.post("fifth", 5, "hmac").expect(409);
      device.post("first", 1, "hmac").expect(200);
      device.post("second", 2, "hmac").expect(200);

      assertThat(socket.next()).isEqualTo("wallet-update:1");
      assertThat(socket.next()).isEqualTo("wallet-update:2");
    }
  }

  @Test
  void sequencesRiseInABurst() {
    TestDevice device = server.newAccount().logIn("device");
    try (TestSocket socket = TestSocket.open(server, device)) {
      for (int sequence = 1; sequence <= 30; sequence++) {
        device.post("wallet " + sequence, sequence, "hmac").expect(200);
      }

      int last = 0;
      while (last < 30) {
        int next = Integer.parseInt(socket.next().substring("wallet-update:".length()));
        assertThat(next).isGreaterThan(last);
        last = next;
      }
    }
  }

  @Test
  void aPasswordChangeClosesEverySocketWithoutAWord() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    laptop.post("wallet", 1, "hmac").expect(200);
    TestDevice stranger = server.newAccount().logIn("laptop");

    try (TestSocket one = TestSocket.open(server, laptop);
        TestSocket two = TestSocket.open(server, account.logIn("phone"));
        TestSocket strangers = TestSocket.open(server, stranger)) {
      assertThat(one.next()).isEqualTo("wallet-update:1");
      assertThat(two.next()).isEqualTo("wallet-update:1");

      account.changePassword("password two", "new keys", 2, "hmac 2").expect(200);

      one.closeCode();
      two.closeCode();
      assertThat(one.unread()).isEmpty();
      assertThat(two.unread()).isEmpty();
      stranger.post("theirs", 1, "hmac").expect(200);
      assertThat(strangers.next()).isEqualTo("wallet-update:1");
    }
  }

  @Test
  void aRefusedPasswordChangeClosesNothing() {
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("device");
    try (TestSocket socket = TestSocket.open(server, device)) {
      account.changePassword("password two", "wallet", 7, "hmac").expect(409);

      device.post("first", 1, "hmac").expect(200);
      assertThat(socket.next()).isEqualTo("wallet-update:1");
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void aSocketStaysWhenItsDeviceLogsInAgain() {
    TestAccount account = server.newAccount();
    try (TestSocket socket = TestSocket.open(server, account.logIn("device"))) {
      TestDevice again = account.logIn("device");

      again.post("first", 1, "hmac").expect(200);

      assertThat(socket.next()).isEqualTo("wallet-update:1");
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void messagesOfAClientAreReadAndDropped() {
    TestDevice device = server.newAccount().logIn("device");
    try (TestSocket socket = TestSocket.open(server, device)) {
      socket
          .send("x".repeat(512), true)
          .send(new byte[512])
          .send("é".repeat(256), true)
          .send("x".repeat(256), false)
          .ping()
          .send("x".repeat(256), true)
          .send("wallet-update:99", true);

      device.post("first", 1, "hmac").expect(200);

      assertThat(socket.next()).isEqualTo("wallet-update:1");
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void aMessageOfMoreThan512BytesClosesTheSocket() {
    try (TestSocket text = TestSocket.open(server, quiet)) {
      assertThat(text.send("x".repeat(513), true).closeCode()).isEqualTo(TOO_BIG);
    }
    try (TestSocket binary = TestSocket.open(server, quiet)) {
      assertThat(binary.send(new byte[5_000]).closeCode()).isEqualTo(TOO_BIG);
    }
    try (TestSocket twoByteCharacters = TestSocket.open(server, quiet)) {
      assertThat(twoByteCharacters.send("é".repeat(257), true).closeCode()).isEqualTo(TOO_BIG);
    }
  }

  @Test
  void aMessageOfMoreThan512BytesInFragmentsClosesTheSocketToo() {
    try (TestSocket socket = TestSocket.open(server, quiet)) {
      socket.send("x".repeat(256), false).send("x".repeat(256), false).send("x", true);

      assertThat(socket.closeCode()).isEqualTo(TOO_BIG);
    }
  }

  @Test
  void aPingBetweenFragmentsMakesTheMessageNoSmaller() {
    try (TestSocket socket = TestSocket.open(server, quiet)) {
      socket.send("x".repeat(400), false).ping().send("x".repeat(400), true);

      assertThat(socket.closeCode()).isEqualTo(TOO_BIG);
    }
  }

  @Test
  void aTokenIsAskedForBeforeTheUpgradeIsLookedAt() {
    server.http().get(PATH).expectError(400, "Bad Request: Missing token parameter");
    server.http().get(PATH + "?token=").expectError(400, "Bad Request: Missing token parameter");
    server.http().get(PATH + "?token=x").expectError(401, "Unauthorized: Token Not Found");
    RawHttp.upgrade(server, PATH).expectError(400, "Bad Request: Missing token parameter");
    RawHttp.upgrade(server, PATH + "?token=x").expectError(401, "Unauthorized: Token Not Found");
    RawHttp.upgrade(server, PATH, "Authorization: Bearer x")
        .expectError(401, "Unauthorized: Token Not Found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | X-Nothing: 1",
        "another protocol | Connection: Upgrade; Upgrade: h2c",
        "no Connection | Upgrade: websocket; Sec-WebSocket-Version: 13; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "no Upgrade | Connection: Upgrade; Sec-WebSocket-Version: 13; Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "no key | Connection: Upgrade; Upgrade: websocket; Sec-WebSocket-Version: 13"
      })
  void aRequestThatIsNoUpgradeIsRefused(String what, String headers) {
    RawHttp.Answer answer =
        RawHttp.send(
            server,
            "GET " + PATH + "?token=" + quiet.token() + " HTTP/1.1",
            headers.split("; ", -1));

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"error\":\"Bad Request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: https://somewhere.example",
        "Origin: null",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Sec-WebSocket-Protocol: unheard-of"
      })
  void anUpgradeOfAnyOriginAndWithAnyOfferIsAccepted(String header) {
    RawHttp.Answer answer = RawHttp.upgrade(server, PATH + "?token=" + quiet.token(), header);

    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.headers().get("Sec-WebSocket-Accept"))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(answer.headers()).doesNotContainKey("Sec-WebSocket-Extensions");
  }
}
