package walletsync.server.db;

import io.vertx.core.Future;
import io.vertx.sqlclient.DatabaseException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that are in use. They are left for others when they lead nowhere any more, or to
 * a server that is not the primary: after a fail-over, or when something between has forgotten
 * them.
 */
final class CurrentConnections {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentConnections.class);

  private static final String WHO_IS_IT =
      """
      SELECT pg_postmaster_start_time()::text || ' ' || pg_is_in_recovery()::text AS identity,
             EXISTS (SELECT FROM pg_stat_activity
                     WHERE usename = current_user AND state = 'active'
                       AND application_name = current_setting('application_name')
                       AND wait_event_type IS DISTINCT FROM 'Client'
                       AND query_start < clock_timestamp() - interval '2 seconds') AS still_at_it
      """;

  private static final long QUESTION_TIMEOUT_MILLIS = 1_000;

  /** Between two renewals; it grows as long as they do not help. */
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Supplier<Connections> connector;
  private final LongAdder renewals = new LongAdder();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Connections current;
  private long renewed = System.nanoTime() - LONGEST_PAUSE_NANOS;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private boolean closed;

  CurrentConnections(Supplier<Connections> connector) {
    this.connector = connector;
    this.current = connector.get();
  }

  Connections get() {
    return current;
  }

  /** How often there were others. */
  long renewals() {
    return renewals.sum();
  }

  /**
   * What runs at the other end.
   *
   * @param identity tells one running Postgres from another
   * @param stillAtIt whether a statement of a server's has been under way there for long: a commit
   *     that waits for a synchronous standby, or for a slow disk; back-ups have another name
   */
  private record Server(String identity, boolean stillAtIt) {}

  /**
   * Call this when a statement has got no answer in time. A commit that waits for a synchronous
   * standby gets none either, but its connection is not dead: Postgres would keep what is left
   * behind, each time some more, until it has no more to give. So the reads are asked first; and
   * then a new connection, as the address may lead to a new primary by now, while the old one, cut
   * off from its standbys, still answers.
   *
   * @param silent that of the two lines on which the statement was
   */
  void leaveIfDead(Connections used, Line silent) {
    if (used != current || !silent.isSilent() || !asking.compareAndSet(false, true)) {
      return;
    }
    ask(used.reads())
        .compose(
            server -> {
              silent.answered();
              used.reads().answered();
              return leaveIfUseless(used, silent == used.writes(), server);
            },
            failure -> {
              if (failure instanceof DatabaseException) {
                silent.answered(); // be it no
              } else if (used.reads().isSilent()) {
                leave(used, "it does not answer");
              } // else others are answered, and the question waits behind them
              return Future.succeededFuture();
            })
        .onComplete(done -> asking.set(false));
  }

  private Future<?> leaveIfUseless(Connections old, boolean writesAreSilent, Server server) {
    Connections fresh = connector.get();
    return ask(fresh.reads())
        .onComplete(
            found -> {
              if (found.failed()) {
                LOG.debug("No new connection can be had"); // so keep the old ones
              } else if (!found.result().identity().equals(server.identity())) {
                leave(old, "its address leads to another server");
              } else if (writesAreSilent && !server.stillAtIt()) {
                leave(old, "its answers to writes are lost");
              }
              fresh.close();
            });
  }

  /**
   * Call this when what was read is not there to be written to: after a fail-over some connections
   * may still lead to the old primary.
   */
  void leaveIfDivided() {
    Connections used = current;
    Future<Server> reads = ask(used.reads());
    Future<Server> writes = ask(used.writes());
    Future.all(reads, writes)
        .onSuccess(
            both -> {
              if (!reads.result().identity().equals(writes.result().identity())) {
                leave(used, "it leads to two servers");
              }
            });
  }

  private static Future<Server> ask(Line line) {
    return line.pool()
        .query(WHO_IS_IT)
        .execute()
        .map(rows -> rows.iterator().next())
        .map(row -> new Server(row.getString("identity"), row.getBoolean("still_at_it")))
        .timeout(QUESTION_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Leaves all connections behind, and makes others. They cannot be closed one by one: the client
   * says goodbye first, and a host that has vanished never answers that either.
   */
  synchronized void leave(Connections useless, String reason) {
    long since = System.nanoTime() - renewed;
    if (closed || useless != current || since < pauseNanos) {
      return;
    }
    pauseNanos =
        since > 4 * LONGEST_PAUSE_NANOS
            ? FIRST_PAUSE_NANOS
            : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    renewed = System.nanoTime();
    LOG.warn("Connecting to the database anew: {}", reason);
    current = connector.get();
    renewals.increment();
    useless.close();
  }

  Future<Void> close() {
    return last().close();
  }

  private synchronized Connections last() {
    closed = true;
    return current;
  }
}
