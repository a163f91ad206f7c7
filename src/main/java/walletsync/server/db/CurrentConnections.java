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

  /** Without an answer for so long, connections may be dead. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

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
   * Call this when a statement has got no answer in time. A commit that waits for a synchronous
   * standby gets none either, but its connection is not dead: Postgres would keep what is left
   * behind, each time some more, until it has no more to give. So the reads are asked first; and
   * then a new connection, as the address may lead to a new primary by now, while the old one, cut
   * off from its standbys, still answers.
   */
  void leaveIfDead(Connections silent) {
    if (silent != current
        || silent.silentNanos() <= SILENCE_NANOS
        || !asking.compareAndSet(false, true)) {
      return;
    }
    whoAnswers(silent)
        .compose(
            server -> {
              silent.answered();
              return leaveIfAnother(silent, server);
            },
            failure -> {
              if (failure instanceof DatabaseException) {
                silent.answered(); // be it no
              } else {
                leave(silent, "it does not answer");
              }
              return Future.succeededFuture();
            })
        .onComplete(done -> asking.set(false));
  }

  private Future<?> leaveIfAnother(Connections old, String server) {
    Connections fresh = connector.get();
    return whoAnswers(fresh)
        .onComplete(
            found -> {
              if (found.succeeded() && !found.result().equals(server)) {
                leave(old, "its address leads to another server");
              }
              fresh.close();
            });
  }

  /** What tells one running Postgres from another. */
  private static Future<String> whoAnswers(Connections connections) {
    return connections
        .reads()
        .query("SELECT pg_postmaster_start_time()::text || ' ' || pg_is_in_recovery()")
        .execute()
        .map(rows -> rows.iterator().next().getString(0))
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
