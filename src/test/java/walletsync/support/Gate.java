package walletsync.support;

import java.util.concurrent.atomic.AtomicInteger;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * Keeps the server's statements back just before they touch their table, by a trigger. Hashing a
 * password takes so long on a busy machine that somebody who waits for a lock meanwhile might reach
 * the server's {@code lock_timeout} of 2 s; so the request that is to come second is begun first,
 * and kept here until the other one waits. A statement can be kept for up to the server's {@code
 * statement_timeout} of 5 s. Open a gate before a {@link HeldLock}, so that it is closed after it.
 */
public final class Gate implements AutoCloseable {
  private static final AtomicInteger KEYS = new AtomicInteger();

  private static final String FUNCTION =
      """
      CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('application_name') = 'wallet-sync-server'
            AND (TG_ARGV[1] = 'all' OR pg_try_advisory_xact_lock(2, TG_ARGV[0]::int)) THEN
          WHILE NOT pg_try_advisory_xact_lock_shared(1, TG_ARGV[0]::int) LOOP
            PERFORM pg_sleep(0.002);
          END LOOP;
        END IF;
        RETURN NULL;
      END $$
      """;

  private static final String KEPT =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'PgSleep'
      """;

  private final External database;
  private final String table;
  private final String name;
  private final HeldLock closed;

  private Gate(External database, String event, String table, String who) {
    int key = KEYS.incrementAndGet();
    this.database = database;
    this.table = table;
    this.name = "gate" + key;
    this.closed = HeldLock.by(database, "SELECT pg_advisory_xact_lock(1, ?)", key);
    Sql.update(database, FUNCTION);
    Sql.update(
        database,
        "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH STATEMENT EXECUTE FUNCTION keep(%d, '%s')"
            .formatted(name, event, table, key, who));
  }

  /** A gate for all statements of one kind, as {@code UPDATE}, on one table. */
  public static Gate forAll(External database, String event, String table) {
    return new Gate(database, event, table, "all");
  }

  /** A gate that keeps only who comes first, and lets all others pass. */
  public static Gate forTheFirst(External database, String event, String table) {
    return new Gate(database, event, table, "first");
  }

  /** Returns once so many statements, or more, are kept. */
  public Gate awaitKept(int statements) {
    Await.until(
        statements + " statements are kept by " + table,
        () -> Sql.number(database, KEPT) >= statements);
    return this;
  }

  /** Lets everybody pass. */
  public void open() {
    closed.release();
  }

  @Override
  public void close() {
    closed.close();
    Sql.update(database, "DROP TRIGGER " + name + " ON " + table);
  }
}
