package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushTransport;
import walletsync.support.Announcing;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.PushSocket;
import walletsync.support.PushSocket.Answer;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** What a websocket may cost, and who may open one. */
class WebsocketLimitsTest {
  private static final int POLICY = 1008;
  private static final int TOO_BIG = 1009;
  private static final int MOST = 3;

  @RegisterExtension
  static final TestServer server =
      TestServer.allowAll()
          .withPush(
              new PushSettings(
                  PushTransport.POSTGRES,
                  MOST,
                  Set.of("https://wallet.example.com", "http://localhost:3000"),
                  Duration.ZERO));

  @Test
  void anAccountHasSoManyWebsocketsAndOneThatClosesMakesRoom() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    TestDevice phone = account.logIn("phone");
    // Whichever of the server's event loops they end up on.
    List<PushSocket> sockets =
        List.of(PushSocket.open(laptop), PushSocket.open(laptop), PushSocket.open(phone));

    Answer refused = tryOpen(phone);
    refused.expectError(429, "Too Many Requests: Too many websockets");
    assertThat(refused.headers().get("Retry-After")).isEqualTo("30");
    PushSocket.open(server.newAccount().logIn("laptop")).close();

    sockets.get(0).close(); // without a word
    Await.until("there is room again", () -> tryOpen(phone).status() == 101);
    sockets.get(1).sendLast(PushSocket.CLOSE, 0);
    sockets.get(1).awaitEnd();
    sockets.get(2).close();
    Await.until("there is all the room again", () -> hasRoom(laptop, MOST));
  }

  @Test
  void aPasswordChangeMakesRoom() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    for (int i = 0; i < MOST; i++) {
      PushSocket.open(laptop).stopAnswering();
    }
    account.changePassword("password two").expect(200);
    TestDevice again = account.logIn("laptop");
    Await.until("there is room again", () -> hasRoom(again, MOST));
  }

  /** The session is being read when the client leaves, politely or not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientsThatLeaveBeforeTheyAreLetInTakeUpNoRoom(boolean reset) throws IOException {
    TestDevice laptop = server.newAccount().logIn("laptop");
    for (int i = 0; i < 2 * MOST; i++) {
      try (HeldLock lock =
          HeldLock.by(server.database(), "LOCK TABLE auth_tokens IN ACCESS EXCLUSIVE MODE")) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          client.setSoLinger(reset, 0);
          client.getOutputStream().write(PushSocket.request("?token=" + laptop.token()));
          lock.awaitWaiting(1);
        }
        lock.release();
      }
    }
    Await.until("there is room", () -> hasRoom(laptop, MOST));
  }

  @Test
  void aFloodOfMessagesOrPingsClosesAndAFewDoNot() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    PushSocket talker = PushSocket.open(laptop);
    PushSocket pinger = PushSocket.open(laptop);
    PushSocket modest = PushSocket.open(laptop);
    for (int i = 0; i < 60; i++) {
      modest.send("hello");
    }
    for (int i = 0; i < 2_000; i++) {
      talker.send("hello");
      pinger.sendLast(PushSocket.PING, 1);
    }
    // Whoever goes on sending to a closed connection may lose the closing frame with it.
    assertThat(talker.closeCode()).isIn(POLICY, PushSocket.NO_CLOSE_FRAME);
    assertThat(pinger.closeCode()).isIn(POLICY, PushSocket.NO_CLOSE_FRAME);
    laptop.post("wallet", 1, "h").expect(200);
    modest.awaitSequence(1).close();
  }

  @Test
  void aLargeMessageClosesAlsoInSmallPartsAndWithPingsBetween() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    try (PushSocket fits = PushSocket.open(laptop)) {
      fits.sendLast(PushSocket.TEXT, 512);
      fits.sendPart(PushSocket.TEXT, 256).sendLast(PushSocket.CONTINUATION, 256);
      laptop.post("wallet", 1, "h").expect(200);
      fits.awaitSequence(1);
      assertThat(fits.isOpen()).isTrue();
    }
    PushSocket whole = PushSocket.open(laptop).sendLast(PushSocket.TEXT, 513);
    assertThat(whole.closeCode()).isEqualTo(TOO_BIG);
    PushSocket parts =
        PushSocket.open(laptop)
            .sendPart(PushSocket.TEXT, 300)
            .sendLast(PushSocket.CONTINUATION, 300);
    assertThat(parts.closeCode()).isEqualTo(TOO_BIG);
    PushSocket between =
        PushSocket.open(laptop)
            .sendPart(PushSocket.TEXT, 300)
            .sendLast(PushSocket.PING, 1)
            .sendLast(PushSocket.CONTINUATION, 300);
    assertThat(between.closeCode()).isEqualTo(TOO_BIG);
  }

  /** Each window of messages is answered with a pong; many windows are no flood. */
  @Test
  void aFastReaderOfAVeryBusyAccountIsNotTakenForAFlood() {
    TestAccount account = server.newAccount();
    long id =
        Sql.number(server.database(), "SELECT id FROM accounts WHERE email = ?", account.email());
    try (Announcing process = Announcing.on(server.database());
        PushSocket reader = PushSocket.open(account.logIn("laptop"))) {
      for (int window = 0; window < 150; window++) {
        int first = window * 16 + 1;
        process.say(
            IntStream.range(first, first + 16)
                .mapToObj(sequence -> "somebody w" + id + ":" + sequence)
                .toArray(String[]::new));
        reader.awaitSequence(first + 15);
      }
      assertThat(reader.pings()).isGreaterThan(100);
      assertThat(reader.isOpen()).isTrue();
    }
  }

  @Test
  void onlyPagesOfTheAllowedOriginsMayOpenWebsockets() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    String query = "?token=" + laptop.token();
    for (String allowed : List.of("https://wallet.example.com", "http://localhost:3000")) {
      PushSocket.open(server.http(), query, "Origin: " + allowed).close();
    }
    PushSocket.open(server.http(), query).close(); // not a browser
    for (String other :
        List.of(
            "https://evil.example.com",
            "http://wallet.example.com",
            "https://wallet.example.com:8443",
            "https://wallet.example.com.evil.com",
            "null")) {
      PushSocket.tryOpen(server.http(), query, "Origin: " + other)
          .expectError(403, "Forbidden: Origin not allowed");
    }
    Await.until("those that were refused took no room", () -> hasRoom(laptop, MOST));
  }

  private static Answer tryOpen(TestDevice device) {
    return PushSocket.tryOpen(device.http(), "?token=" + device.token());
  }

  private static boolean hasRoom(TestDevice device, int count) {
    List<PushSocket> opened = new ArrayList<>();
    try {
      while (opened.size() < count) {
        opened.add(PushSocket.open(device));
      }
      return true;
    } catch (AssertionError full) {
      return false;
    } finally {
      opened.forEach(PushSocket::close);
    }
  }
}
