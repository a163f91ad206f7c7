package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushSettings.Rhythm;
import walletsync.server.settings.PushTransport;
import walletsync.support.Announcing;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TcpProxy;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Announcements get lost in many ways; the sockets hear of the newest wallet all the same. */
class PushHealingTest {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration NEVER = Duration.ofHours(100);

  @Test
  void aProcessThatIsKilledBetweenCommitAndRelayLeavesNobodyUninformed() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        Announcing announced = Announcing.on(database);
        TestServer survivor = server(database, NEVER, SOON, NEVER);
        ServerProcess victim =
            ServerProcess.start(ServerProcess.settings(proxy.database())).awaitGreeting()) {
      TestAccount account = survivor.newAccount();
      PushSocket phone = PushSocket.open(account.logIn("phone"));
      TestDevice laptop = new TestAccount(victim.http(), account.email()).logIn("laptop");
      String word = "w" + id(database, account) + ":";
      laptop.post("wallet 1", 1, "h").expect(200);
      Await.until("it is relayed", () -> !announced.textsWith(word + 1).isEmpty());

      proxy.holdBack("wallet_sync");
      laptop.post("wallet 2", 2, "h").expect(200);
      proxy.awaitHeld();
      victim.kill();

      phone.awaitSequence(2);
      assertThat(announced.textsWith(word + 2)).isEmpty();
    }
  }

  @Test
  void whatWasMissedWhileTheDatabaseWasOutOfReachIsReadOnceItIsBack() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer near = server(database, NEVER, NEVER, NEVER);
        TestServer far = server(proxy.database(), NEVER, NEVER, NEVER);
        Announcing process = Announcing.on(database)) {
      TestAccount account = near.newAccount();
      TestDevice laptop = account.logIn("laptop");
      TestDevice doomed = account.logIn("doomed");
      // The sockets hear of this one as they open, and so are through with that.
      laptop.post("wallet 1", 1, "h").expect(200);
      PushSocket phone = PushSocket.open(far.http(), "?token=" + laptop.token());
      PushSocket revoked = PushSocket.open(far.http(), "?token=" + doomed.token());
      phone.awaitSequence(1);
      revoked.awaitSequence(1);

      proxy.cut();
      laptop.post("wallet 2", 2, "h").expect(200);
      laptop.post("wallet 3", 3, "h").expect(200);
      Sql.update(database, "DELETE FROM auth_tokens WHERE device_id = 'doomed'");
      process.say("somebody r" + id(database, account) + ":0");
      proxy.mend();

      phone.awaitSequence(3);
      assertThat(phone.sequences()).containsExactly(1L, 3L);
      assertThat(revoked.closeCode()).isEqualTo(1008);
      laptop.post("wallet 4", 4, "h").expect(200);
      phone.awaitSequence(4);
      TestDevice there = new TestDevice(far.http(), laptop.token());
      PushSocket here = PushSocket.open(laptop);
      there.post("wallet 5", 5, "h").expect(200);
      here.awaitSequence(5);
    }
  }

  @Test
  void aListenConnectionThatDiedWithoutASignIsMadeAnew() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer near = server(database, NEVER, NEVER, NEVER);
        TestServer far = server(proxy.database(), NEVER, NEVER, Duration.ofSeconds(3));
        Announcing announced = Announcing.on(database)) {
      TestDevice laptop = near.newAccount().logIn("laptop");
      PushSocket phone = PushSocket.open(far.http(), "?token=" + laptop.token());
      laptop.post("wallet 1", 1, "h").expect(200);
      phone.awaitSequence(1);

      assertThat(proxy.silenceThoseThatSaid("LISTEN")).isEqualTo(1);
      laptop.post("wallet 2", 2, "h").expect(200);

      phone.awaitSequence(2);
      laptop.post("wallet 3", 3, "h").expect(200);
      phone.awaitSequence(3);
      int texts = announced.texts().size();
      Await.until("some heartbeats later", () -> announced.texts().size() > texts + 2);
      assertThat(proxy.countOfThoseThatSaid("LISTEN")).as("listened anew").isBetween(2L, 3L);
      proxy.cut();
    }
  }

  @Test
  void aSendingConnectionThatDiedWithoutASignIsMadeAnew() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer near = server(database, NEVER, NEVER, NEVER);
        TestServer far = server(proxy.database(), NEVER, NEVER, SOON)) {
      TestDevice laptop = near.newAccount().logIn("laptop");
      TestDevice there = new TestDevice(far.http(), laptop.token());
      PushSocket phone = PushSocket.open(laptop);
      there.post("wallet 1", 1, "h").expect(200);
      phone.awaitSequence(1);

      // The socket may have heard of the wallet as it opened, before that was announced.
      Await.until("it is announced", () -> proxy.countOfThoseThatSaid("pg_notify") == 1);
      assertThat(proxy.silenceThoseThatSaid("pg_notify")).isEqualTo(1);
      there.post("wallet 2", 2, "h").expect(200);

      phone.awaitSequence(2);
      there.post("wallet 3", 3, "h").expect(200);
      phone.awaitSequence(3);
      proxy.cut();
    }
  }

  @Test
  void theRelayComesBackThoughItMetSilenceWhileItConnected() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer near = server(database, NEVER, NEVER, NEVER);
        TestServer far = server(proxy.database(), NEVER, NEVER, SOON)) {
      TestDevice laptop = near.newAccount().logIn("laptop");
      PushSocket phone = PushSocket.open(far.http(), "?token=" + laptop.token());
      laptop.post("wallet 1", 1, "h").expect(200);
      phone.awaitSequence(1);

      proxy.silenceNext(1);
      assertThat(proxy.cutThoseThatSaid("LISTEN")).isEqualTo(1);
      laptop.post("wallet 2", 2, "h").expect(200);
      proxy.awaitHeld();

      phone.awaitSequence(2);
      laptop.post("wallet 3", 3, "h").expect(200);
      phone.awaitSequence(3);
      proxy.cut();
    }
  }

  static TestServer server(External database, Duration ping, Duration reread, Duration heartbeat) {
    return TestServer.allowAll()
        .on(database)
        .withPush(
            new PushSettings(
                PushTransport.POSTGRES,
                100,
                Set.of(),
                Duration.ZERO,
                new Rhythm(ping, reread, heartbeat)))
        .start();
  }

  static long id(External database, TestAccount account) {
    return Sql.number(database, "SELECT id FROM accounts WHERE email = ?", account.email());
  }
}
