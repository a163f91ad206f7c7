package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushSettings.Rhythm;
import walletsync.server.settings.PushTransport;
import walletsync.support.Announcing;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.Sql;
import walletsync.support.TcpProxy;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** A websocket's life: from the moment in which it opens to that in which it is found dead. */
class PushSocketsTest {
  private static final int POLICY = 1008;
  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration NEVER = Duration.ofHours(100);

  /**
   * The session was read before the password was changed, and the socket opens after; nobody tells
   * this server of the change.
   */
  @Test
  void aSocketThatOpensWhileThePasswordChangesDoesNotSurvive() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer alone = server(proxy.database(), PushTransport.NONE, 100, NEVER, NEVER);
        TestServer other = server(database, PushTransport.POSTGRES, 100, NEVER, NEVER)) {
      TestAccount account = other.newAccount();
      TestDevice laptop = account.logIn("laptop");
      laptop.post("wallet", 1, "h").expect(200);
      PushSocket.open(alone.http(), "?token=" + laptop.token()).awaitSequence(1).close();

      proxy.holdAnswers();
      CompletableFuture<PushSocket> opening =
          Await.begin(() -> PushSocket.open(alone.http(), "?token=" + laptop.token()));
      proxy.awaitHeld();
      account.changePassword("password two", "wallet 2", 2, "h").expect(200);
      proxy.releaseAnswers();

      PushSocket socket = Await.answer(opening);
      assertThat(socket.closeCode()).isEqualTo(POLICY);
      assertThat(socket.sequences()).isEmpty();
    }
  }

  @Test
  void aSocketThatWasClosedHearsNothingMoreThoughItDoesNotAgree() {
    External database = TestPostgres.freshDatabase();
    try (TestServer server = server(database, PushTransport.POSTGRES, 100, NEVER, NEVER);
        Announcing process = Announcing.on(database)) {
      TestAccount account = server.newAccount();
      TestDevice laptop = account.logIn("laptop");
      PushSocket lost = PushSocket.open(account.logIn("lost phone")).stopAnswering();
      PushSocket stays = PushSocket.open(laptop);
      laptop.post("wallet", 1, "h").expect(200);
      lost.awaitSequence(1);

      Sql.update(database, "DELETE FROM auth_tokens WHERE device_id = 'lost phone'");
      process.say("somebody r" + id(database, account) + ":0");
      assertThat(lost.closeCode()).isEqualTo(POLICY);
      laptop.post("wallet 2", 2, "h").expect(200);
      stays.awaitSequence(2);
      lost.sendLast(PushSocket.PONG, 0); // as if it had read: the window is open
      laptop.post("wallet 3", 3, "h").expect(200);
      stays.awaitSequence(3);

      lost.awaitEnd();
      assertThat(lost.sequences()).containsExactly(1L);
      assertThat(lost.heardAfterClose()).isEmpty();
    }
  }

  /** It would have an hour to go when the server stops: that is not meant for the dead. */
  @Test
  void aPeerThatAnswersNoPingIsGoneAndMakesRoomAndOthersStay() {
    External database = TestPostgres.freshDatabase();
    PushSettings settings =
        new PushSettings(
            PushTransport.POSTGRES,
            2,
            Set.of(),
            Duration.ofHours(1),
            new Rhythm(Duration.ofSeconds(3), NEVER, NEVER));
    TestServer server = TestServer.allowAll().on(database).withPush(settings).start();
    TestDevice laptop = server.newAccount().logIn("laptop");
    PushSocket alive = PushSocket.open(laptop);
    PushSocket dead = PushSocket.open(laptop).stopReading();
    assertThat(PushSocket.tryOpen(laptop.http(), "?token=" + laptop.token()).status())
        .isEqualTo(429);

    Await.until(
        "there is room",
        () -> PushSocket.tryOpen(laptop.http(), "?token=" + laptop.token()).status() == 101);

    int pings = alive.pings();
    Await.until("the other is pinged some more", () -> alive.pings() > pings + 2);
    laptop.post("wallet", 1, "h").expect(200);
    alive.awaitSequence(1).close();
    dead.close();
    server.close();
  }

  @Test
  void anEndedSessionIsFoundThoughNobodyTells() {
    External database = TestPostgres.freshDatabase();
    try (TestServer server = server(database, PushTransport.NONE, 100, NEVER, SOON)) {
      TestAccount account = server.newAccount();
      PushSocket expires = PushSocket.open(account.logIn("expires"));
      PushSocket revoked = PushSocket.open(account.logIn("revoked"));
      PushSocket logsInAgain = PushSocket.open(account.logIn("again"));
      TestDevice again = account.logIn("again");

      Sql.update(database, "UPDATE auth_tokens SET expires = now() WHERE device_id = 'expires'");
      Sql.update(database, "DELETE FROM auth_tokens WHERE device_id = 'revoked'");

      assertThat(expires.closeCode()).isEqualTo(POLICY);
      assertThat(revoked.closeCode()).isEqualTo(POLICY);
      again.post("wallet", 1, "h").expect(200);
      logsInAgain.awaitSequence(1).close();
    }
  }

  @Test
  void aSequenceThatIsNotNewerIsNeverTold() {
    External database = TestPostgres.freshDatabase();
    try (TestServer server = server(database, PushTransport.POSTGRES, 100, NEVER, NEVER);
        Announcing process = Announcing.on(database)) {
      TestAccount account = server.newAccount();
      TestDevice laptop = account.logIn("laptop");
      String word = "somebody w" + id(database, account) + ":";
      for (int sequence = 1; sequence <= 3; sequence++) {
        laptop.post("wallet " + sequence, sequence, "h").expect(200);
      }
      try (PushSocket socket = PushSocket.open(laptop)) {
        socket.awaitSequence(3);
        process.say(word + 2, word + 3, word + 5, word + 4, word + 5, word + 6);
        socket.awaitSequence(6);
        assertThat(socket.sequences()).containsExactly(3L, 5L, 6L);
      }
    }
  }

  private static TestServer server(
      External database, PushTransport transport, int most, Duration ping, Duration reread) {
    return TestServer.allowAll()
        .on(database)
        .withPush(
            new PushSettings(
                transport, most, Set.of(), Duration.ZERO, new Rhythm(ping, reread, NEVER)))
        .start();
  }

  private static long id(External database, TestAccount account) {
    return Sql.number(database, "SELECT id FROM accounts WHERE email = ?", account.email());
  }
}
