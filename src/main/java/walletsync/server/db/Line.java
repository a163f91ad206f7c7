package walletsync.server.db;

import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A pool of connections, and when the database has last said something over one of them. */
final class Line {
  /** Without an answer for so long, connections may be dead. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Pool pool;
  private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());

  Line(Pool pool) {
    this.pool = pool;
  }

  Pool pool() {
    return pool;
  }

  /** The database has said something, be it no. */
  void answered() {
    lastAnswer.lazySet(System.nanoTime());
  }

  boolean isSilent() {
    return System.nanoTime() - lastAnswer.get() > SILENCE_NANOS;
  }
}
