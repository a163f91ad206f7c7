package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.Http.Response;
import walletsync.support.Invariants;
import walletsync.support.PushSocket;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/**
 * A database that keeps a request waiting, loses its connection, or leaves its outcome open. The
 * client is asked to come back later, what it is told is true, and the server recovers by itself.
 */
class OutageTest {
  /** Well under the bus's own limit of 10 s: the database's limit has to end a request first. */
  private static final Duration SOON = Duration.ofSeconds(8);

  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);

  private final TestAccount account = server.newAccount();
  private final TestDevice laptop = account.logIn("laptop");

  @AfterEach
  void everythingIsConsistentAndNoTransactionIsLeftOpen() {
    Invariants.hold(DATABASE);
    assertThat(
            Sql.rows(
                DATABASE,
                """
                SELECT query FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                """))
        .isEmpty();
  }

  @Test
  void aSaveThatWaitsForTooLongIsAskedToComeBackAndIsNotStoredLater() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      Instant begun = Instant.now();
      assertThatItIsAskedToComeBack(laptop.post("wallet", 1, "hmac"));
      assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
      head.release();
    }
    laptop.get().expect(404);
    laptop.post("another wallet", 1, "hmac").expect(200);
    assertThat(versions()).isEqualTo(1);
  }

  @Test
  void aPasswordChangeThatWaitsForTooLongIsAskedToComeBackAndChangesNothing() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      Instant begun = Instant.now();
      assertThatItIsAskedToComeBack(account.changePassword("password two"));
      assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
      head.release();
    }
    laptop.get().expect(404);
    account.tryLogIn("phone").expect(200);
    account.changePassword("password two").expect(200);
    account.tryLogIn("phone").expect(200);
  }

  @Test
  void aSaveWhoseConnectionIsLostIsAskedToComeBackAndTheServerRecovers() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var save = begin(() -> laptop.post("wallet", 1, "hmac"));
      head.awaitWaiting(1).terminateWaiting();
      Instant begun = Instant.now();
      assertThatItIsAskedToComeBack(answer(save));
      assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
      head.release();
    }
    laptop.post("wallet", 1, "hmac").expect(200);
    assertThat(versions()).isEqualTo(1);
  }

  @Test
  void aPasswordChangeWhoseConnectionIsLostIsAskedToComeBackAndChangesNothing() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var change = begin(() -> account.changePassword("password two"));
      head.awaitWaiting(1).terminateWaiting();
      assertThatItIsAskedToComeBack(answer(change));
      head.release();
    }
    laptop.get().expect(404);
    account.changePassword("password two").expect(200);
    account.tryLogIn("phone").expect(200);
  }

  @Test
  void aServerThatLosesEveryConnectionServesAgainAndTellsItsSocketsAgain() {
    laptop.post("first", 1, "hmac").expect(200);
    try (TestServer other = TestServer.allowAll().on(DATABASE).start();
        PushSocket there =
            PushSocket.open(other.http(), "?token=" + laptop.token()).awaitSequence(1)) {
      Sql.rows(
          DATABASE,
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'wallet-sync-server'
          """);
      Await.until("the server serves again", () -> laptop.get().status() == 200);
      Await.until(
          "the other process listens again",
          () ->
              Sql.number(
                      DATABASE,
                      """
                      SELECT count(*) FROM pg_stat_activity
                      WHERE datname = current_database() AND query ILIKE 'LISTEN%'
                      """)
                  == 2);
      laptop.post("second", 2, "hmac").expect(200);
      there.awaitSequence(2);
    }
  }

  @Test
  void aSaveOfWhichPostgresWarnsHasAnUnknownOutcomeThatARetrySettles() {
    TestDevice phone = account.logIn("phone");
    try (PushSocket socket = PushSocket.open(phone)) {
      // As when the wait for a synchronous standby is cancelled: committed, perhaps here alone.
      warningOf(
          "wallet_versions", () -> assertThatItIsAskedToComeBack(laptop.post("wallet", 1, "hmac")));
      laptop.post("wallet", 1, "hmac").expect(200);
      assertThat(versions()).isEqualTo(1);
      // Whichever of the two it was that was accepted, the account's sockets have to hear of it.
      socket.awaitSequence(1);
      laptop.post("second", 2, "hmac").expect(200);
      socket.awaitSequence(2);
      assertThat(socket.sequences()).containsExactly(1L, 2L);
    }
  }

  @Test
  void aPasswordChangeOfWhichPostgresWarnsHasAnUnknownOutcome() {
    warningOf(
        "wallet_heads",
        () -> assertThatItIsAskedToComeBack(account.changePassword("password two")));
  }

  private static void assertThatItIsAskedToComeBack(Response response) {
    response.expectError(503, "Service Unavailable");
    assertThat(response.header("Retry-After")).isNotNull();
  }

  private long versions() {
    return Sql.number(
        DATABASE,
        "SELECT count(*) FROM wallet_versions JOIN accounts ON id = account_id WHERE email = ?",
        account.email());
  }

  /** Does something while Postgres warns of every write to a table. */
  private static void warningOf(String table, Runnable work) {
    Sql.update(
        DATABASE,
        """
        CREATE OR REPLACE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE WARNING 'canceling wait for synchronous replication due to user request';
          RETURN NULL;
        END $$
        """);
    Sql.update(
        DATABASE,
        "CREATE TRIGGER warn AFTER INSERT OR UPDATE ON "
            + table
            + " FOR EACH STATEMENT EXECUTE FUNCTION warn()");
    try {
      work.run();
    } finally {
      Sql.update(DATABASE, "DROP TRIGGER warn ON " + table);
    }
  }
}
