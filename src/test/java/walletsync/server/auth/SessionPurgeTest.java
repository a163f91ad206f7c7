package walletsync.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import walletsync.server.auth.SessionPurge.Place;
import walletsync.server.auth.SessionPurge.Step;
import walletsync.server.db.Database;
import walletsync.server.metrics.Metrics;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.Gate;
import walletsync.support.HeldLock;
import walletsync.support.Invariants;
import walletsync.support.PushSocket;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Sessions that have expired go, in the background; those that are alive stay. */
class SessionPurgeTest {
  /** So many accounts with two sessions each: device a has expired, device b has not. */
  private static final String MANY =
      """
      WITH a AS (
        INSERT INTO accounts (email, email_normalized, email_key, password_hash,
                              client_salt_seed, verified)
        SELECT e, e, sha256(convert_to(e, 'UTF8')), '$argon2id$x', repeat('0', 64), true
        FROM (SELECT 'many' || n || '@example.com' AS e FROM generate_series(1, ?) n) e
        RETURNING id
      ), h AS (
        INSERT INTO wallet_heads (account_id) SELECT id FROM a
      ), t AS (
        INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
        SELECT id, sha256(convert_to(d, 'UTF8')), d, sha256(convert_to(d || id, 'UTF8')), 1,
               now() + CASE d WHEN 'a' THEN interval '-1 minute' ELSE interval '1 minute' END
        FROM a, unnest(ARRAY['a', 'b']) d
      )
      SELECT 1
      """;

  private static final String LEFT = "SELECT device_id FROM auth_tokens ORDER BY account_id";

  @Test
  void whatHasExpiredGoesWithItsTicketsHoweverMuchAndTheRestLivesOn() {
    External database = TestPostgres.freshDatabase();
    Sql.rows(database, MANY, SessionPurge.WALKED + 50);
    Sql.update(
        database,
        """
        INSERT INTO websocket_tickets (ticket_hash, account_id, device_key, epoch, expires)
        SELECT token_hash, account_id, device_key, epoch, now() - interval '1 minute'
        FROM auth_tokens WHERE expires <= now()
        """);

    try (TestServer server = TestServer.allowAll().on(database).start()) {
      TestAccount account = server.newAccount();
      TestDevice laptop = account.logIn("laptop");
      try (PushSocket socket = PushSocket.open(laptop)) {
        Await.until(
            "all expired sessions are gone",
            () ->
                Sql.number(database, "SELECT count(*) FROM auth_tokens WHERE expires <= now()")
                    == 0);
        laptop.get().expect(404);
        assertThat(socket.isOpen()).isTrue();
      }
      Await.until(
          "it is counted",
          () ->
              server.http().metric("wallet_sync_sessions_purged_total")
                  == SessionPurge.WALKED + 50);
    }
    assertThat(Sql.number(database, "SELECT count(*) FROM auth_tokens"))
        .isEqualTo(SessionPurge.WALKED + 50 + 1);
    assertThat(Sql.number(database, "SELECT count(*) FROM websocket_tickets")).isZero();
    Invariants.hold(database);
  }

  @Test
  void itWaitsForNobodyAndALoginThatItMeetsWins() {
    External database = TestPostgres.freshDatabase();
    Sql.rows(database, MANY, 2);
    Vertx vertx = Vertx.vertx();
    Database pool = Database.of(vertx, database, 2, new Metrics());
    try {
      SessionPurge purge = new SessionPurge(pool);

      try (HeldLock turn =
          HeldLock.by(database, "SELECT pg_advisory_xact_lock(?)", SessionPurge.LOCK)) {
        Step step = await(purge.step(Place.START));
        assertThat(step.deleted()).as("another process purges").isZero();
        assertThat(step.next()).as("so it begins there again").contains(Place.START);
        turn.release();
      }
      String renewed =
          """
          UPDATE auth_tokens SET expires = now() + interval '1 day' WHERE device_id = 'a'
            AND account_id = (SELECT %s(account_id) FROM auth_tokens)
          """;
      try (Gate gate = Gate.forAll(database, "DELETE", "auth_tokens");
          HeldLock login = HeldLock.by(database, renewed.formatted("min"))) {
        var step = begin(() -> await(purge.step(Place.START)));
        gate.awaitKept(1); // what it sees of the sessions is settled
        Sql.update(database, renewed.formatted("max"));
        gate.open();
        assertThat(answer(step)).isEqualTo(new Step(true, 0, Optional.empty()));
        login.undo();
      }
      assertThat(await(purge.step(Place.START)).deleted()).as("the one that was held").isEqualTo(1);
      assertThat(Sql.rows(database, LEFT))
          .containsExactlyInAnyOrderElementsOf(List.of("b", "b", "a"));
    } finally {
      await(pool.close());
      await(vertx.close());
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
