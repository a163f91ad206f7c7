package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.PushSettings.Rhythm;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.PushSocket;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/**
 * Two processes that cannot reach each other at the moment in which something happens to an
 * account. What the sockets of the one should have heard of the other, they learn afterwards.
 */
class RelayRacesTest {
  private static final int CUT = 99;

  /** Stands before Postgres's own function: counts the announcements, and can make them fail. */
  private static final String ANNOUNCE =
      """
      CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM nextval('announcements');
        IF NOT pg_try_advisory_xact_lock_shared(%d) THEN
          RAISE EXCEPTION 'no announcements now';
        END IF;
        PERFORM pg_catalog.pg_notify($1, $2);
      END $$
      """
          .formatted(CUT);

  private final External database = TestPostgres.freshDatabase();
  private TestServer server;
  private TestServer other;
  private TestAccount account;
  private TestDevice laptop;
  private PushSocket socket;

  /** An account with a socket at the other process. */
  @BeforeEach
  void start() {
    Sql.update(database, "CREATE SEQUENCE announcements");
    Sql.update(database, ANNOUNCE);
    Sql.update(
        database,
        "ALTER DATABASE " + database.database() + " SET search_path = public, pg_catalog");
    server = server(database);
    other = server(database);
    account = server.newAccount();
    laptop = account.logIn("laptop");
    laptop.post("first", 1, "hmac").expect(200);
    socket = PushSocket.open(other.http(), "?token=" + laptop.token()).awaitSequence(1);
    laptop.post("second", 2, "hmac").expect(200);
    socket.awaitSequence(2);
  }

  @AfterEach
  void stop() {
    socket.close();
    server.close();
    other.close();
  }

  @Test
  void aSocketDoesNotSurviveAPasswordChangeOfWhichItsProcessCouldNotHear() {
    try (HeldLock head = HeldLock.onHead(database, account)) {
      var change = begin(() -> account.changePassword("password two", "third", 3, "hmac"));
      head.awaitWaiting(1);
      whileNobodyListens(head::release);
      answer(change).expect(200);
    }
    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  @Test
  void aSocketHearsOfTheNewestWalletOfWhichItsProcessCouldNotHear() {
    whileNobodyListens(() -> laptop.post("third", 3, "hmac").expect(200));

    socket.awaitSequence(3);
  }

  @Test
  void aSocketDoesNotSurviveAPasswordChangeThatCouldNotBeAnnouncedAtOnce() {
    whileNothingCanBeAnnounced(
        () -> account.changePassword("password two", "third", 3, "hmac").expect(200));

    assertThat(socket.closeCode()).isEqualTo(1008);
  }

  @Test
  void aSocketHearsOfTheNewestWalletThatCouldNotBeAnnouncedAtOnce() {
    whileNothingCanBeAnnounced(() -> laptop.post("third", 3, "hmac").expect(200));

    socket.awaitSequence(3);
  }

  /** Does something that is announced while the connections of all listeners are lost. */
  private void whileNobodyListens(Runnable work) {
    long before = announcements();
    cutListeners();
    work.run();
    Await.until(
        "a change was announced",
        () -> {
          cutListeners(); // they come back after a moment
          return announcements() > before;
        });
  }

  private void cutListeners() {
    Sql.rows(
        database,
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query ILIKE 'LISTEN%'
        """);
  }

  /** Does something while announcements fail, and waits until that was noticed. */
  private void whileNothingCanBeAnnounced(Runnable work) {
    long before = announcements();
    try (HeldLock cut = HeldLock.by(database, "SELECT pg_advisory_xact_lock(?)", CUT)) {
      work.run();
      Await.until("an announcement was tried", () -> announcements() > before);
      cut.release();
    }
  }

  private long announcements() {
    return Sql.number(database, "SELECT last_value FROM announcements");
  }

  /** Nothing is read again by the clock: what heals is what a test looks for. */
  private static TestServer server(External database) {
    Duration never = Duration.ofHours(100);
    return PushHealingTest.server(database, never, never, Rhythm.USUAL.heartbeat());
  }
}
