package walletsync.server.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs one line of many that say the same: one at a time, and with it how many were left out since
 * the last. A log that an outage fills hides its cause. Thread-safe.
 */
final class Seldom {
  private final long nanos;
  private final AtomicLong next = new AtomicLong(System.nanoTime());
  private final AtomicLong leftOut = new AtomicLong();

  /**
   * @param interval between two lines, at least
   */
  Seldom(Duration interval) {
    nanos = interval.toNanos();
  }

  void warn(Logger log, String message, String requestId) {
    long due = next.get();
    long now = System.nanoTime();
    if (now - due < 0 || !next.compareAndSet(due, now + nanos)) {
      leftOut.incrementAndGet();
      return;
    }
    long more = leftOut.getAndSet(0);
    log.atWarn()
        .addKeyValue("request", requestId)
        .log(more == 0 ? message : message + " (and " + more + " more like it before)");
  }
}
