package walletsync.server.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import walletsync.server.db.Database;
import walletsync.server.metrics.Metrics;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.Invariants;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Old versions of wallets go, in the background; the newest stay. */
class VersionPurgeTest {
  private static final String VERSIONS =
      """
      SELECT sequence FROM wallet_versions JOIN accounts ON id = account_id
      WHERE email = ? ORDER BY sequence
      """;

  /** So many accounts with so many versions each, and their heads. */
  private static final String MANY =
      """
      WITH a AS (
        INSERT INTO accounts (email, email_normalized, email_key, password_hash,
                              client_salt_seed, verified)
        SELECT e, e, sha256(convert_to(e, 'UTF8')), '$argon2id$x', repeat('0', 64), true
        FROM (SELECT 'many' || n || '@example.com' AS e FROM generate_series(1, ?) n) e
        RETURNING id
      ), h AS (
        INSERT INTO wallet_heads (account_id, sequence, digest)
        SELECT id, ?, ('x' || encode(substring(sha256('w\\000h'::bytea) FROM 1 FOR 8), 'hex'))
                      ::bit(64)::bigint FROM a
      )
      INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
      SELECT id, s, 1, 'w', 'h' FROM a, generate_series(1, ?) s
      """;

  @Test
  void theNewestVersionsStayAndAnswerRetries() {
    try (TestServer server = TestServer.allowAll().keepingVersions(3).start()) {
      TestAccount account = server.newAccount();
      TestDevice laptop = account.logIn("laptop");
      save(laptop, 1, 10);

      Await.until("old versions are gone", () -> versions(server, account).size() == 3);
      assertThat(versions(server, account)).containsExactly("8", "9", "10");
      laptop.post("wallet 10", 10, "hmac").expect(200); // a retry
      assertThat(laptop.post("wallet 8", 8, "hmac").expect(409).json().get("accepted").asBoolean())
          .isTrue();
      assertThat(laptop.get().text("encryptedWallet")).isEqualTo("wallet 10");
      save(laptop, 11, 11);
      Invariants.hold(server.database());
    }
  }

  @Test
  void whatLiesThereFromBeforeIsFoundHoweverMuch() {
    External database = TestPostgres.freshDatabase();
    Sql.update(database, MANY, 1100, 3, 3); // more accounts than one step of the walk
    Sql.update(database, MANY.replace("many", "deep"), 1, 1700, 1700); // more than a step deletes

    try (TestServer server = TestServer.allowAll().on(database).keepingVersions(2).start()) {
      Await.until(
          "all old versions are gone",
          () -> Sql.number(database, "SELECT count(*) FROM wallet_versions") == 2 * 1101,
          60);
      assertThat(server.port()).isPositive();
    }
    Invariants.hold(database);
  }

  @Test
  void manyProcessesSaversAndPasswordChangesNeverMissAVersion() {
    External database = TestPostgres.freshDatabase();
    List<TestServer> servers =
        IntStream.range(0, 3)
            .mapToObj(i -> TestServer.allowAll().on(database).keepingVersions(1).start())
            .toList();
    try {
      List<TestAccount> accounts =
          IntStream.range(0, 4).mapToObj(i -> servers.get(i % 3).newAccount()).toList();
      List<CompletableFuture<Boolean>> devices =
          accounts.stream()
              .map(
                  account ->
                      Await.begin(
                          () -> {
                            TestDevice device = account.logIn("laptop");
                            for (int round = 0; round < 2; round++) {
                              int first = 11 * round + 1;
                              for (int sequence = first; sequence < first + 10; sequence++) {
                                TestServer server = servers.get(sequence % 3);
                                new TestDevice(server.http(), device.token())
                                    .post("wallet " + sequence, sequence, "hmac")
                                    .expect(200);
                              }
                              account
                                  .changePassword("password " + round, "wallet", first + 10, "hmac")
                                  .expect(200);
                              device = account.logIn("laptop");
                            }
                            return true;
                          }))
              .toList();
      while (!devices.stream().allMatch(CompletableFuture::isDone)) {
        Invariants.hold(database); // no gap, and the current version, at every moment
      }
      devices.forEach(Await::answer);
      // A password change gives no hint; the next save does.
      accounts.forEach(account -> account.logIn("laptop").post("last", 23, "hmac").expect(200));
      Await.until(
          "one version of each is left",
          () -> Sql.number(database, "SELECT count(*) FROM wallet_versions") == 4);
      assertThat(servers.stream().mapToDouble(VersionPurgeTest::purged).sum()).isEqualTo(4 * 22);
      accounts.forEach(
          account ->
              assertThat(account.logIn("laptop").get().text("encryptedWallet")).isEqualTo("last"));
      Invariants.hold(database);
    } finally {
      servers.forEach(TestServer::close);
    }
  }

  @Test
  void itWaitsForNobodyAndNobodyWaitsForIt() {
    External database = TestPostgres.freshDatabase();
    Sql.update(database, MANY, 2, 5, 5);
    List<Long> accounts =
        Sql.rows(database, "SELECT id FROM accounts ORDER BY id").stream()
            .map(Long::valueOf)
            .toList();
    Vertx vertx = Vertx.vertx();
    Database pool = Database.of(vertx, database, 2, new Metrics());
    try {
      DueAccounts due = new DueAccounts(2);
      VersionPurge purge = new VersionPurge(pool, due);

      due.addAll(accounts);
      try (HeldLock turn =
          HeldLock.by(database, "SELECT pg_advisory_xact_lock(?)", VersionPurge.LOCK)) {
        assertThat(await(purge.step())).as("another process purges").isZero();
        assertThat(due.isEmpty()).as("so these are still due").isFalse();
        turn.release();
      }
      try (HeldLock deletion =
          HeldLock.by(
              database, "DELETE FROM wallet_versions WHERE account_id = ?", accounts.get(0))) {
        assertThat(await(purge.step())).as("only the other account's").isEqualTo(3);
        deletion.undo();
      }
      try (HeldLock save =
          HeldLock.by(
              database,
              "UPDATE wallet_heads SET sequence = sequence + 1 WHERE account_id = ?",
              accounts.get(0))) {
        due.addAll(accounts);
        assertThat(await(purge.step())).as("beside a save that is under way").isEqualTo(3);
        save.undo();
      }
      Invariants.hold(database);
      assertThat(await(purge.walk(0))).isZero();
      assertThat(due.isEmpty()).as("nothing is left to do").isTrue();
    } finally {
      await(pool.close());
      await(vertx.close());
    }
  }

  private static double purged(TestServer server) {
    return server.http().metric("wallet_sync_versions_purged_total");
  }

  private static void save(TestDevice device, int from, int to) {
    for (int sequence = from; sequence <= to; sequence++) {
      device.post("wallet " + sequence, sequence, "hmac").expect(200);
    }
  }

  private static List<String> versions(TestServer server, TestAccount account) {
    return Sql.rows(server.database(), VERSIONS, account.email());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
