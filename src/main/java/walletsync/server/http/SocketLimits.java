package walletsync.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import walletsync.server.metrics.Metrics;

/** Counts the websockets of each account over all event loops of the process. Thread-safe. */
public final class SocketLimits {
  private final int perAccount;
  private final AtomicInteger total = new AtomicInteger();
  private final Map<Long, Integer> counts = new ConcurrentHashMap<>();

  /**
   * Allows so many.
   *
   * @param perAccount websockets of one account
   */
  public SocketLimits(int perAccount, Metrics metrics) {
    this.perAccount = perAccount;
    metrics.gauge("websockets", "Open websockets", total::get);
  }

  /** Takes a place, unless all are taken. */
  boolean admit(long accountId) {
    boolean[] admitted = {false};
    counts.compute(
        accountId,
        (id, count) -> {
          int open = count == null ? 0 : count;
          admitted[0] = open < perAccount;
          return admitted[0] ? Integer.valueOf(open + 1) : count;
        });
    if (admitted[0]) {
      total.incrementAndGet();
    }
    return admitted[0];
  }

  /** Gives a place back. */
  void leave(long accountId) {
    total.decrementAndGet();
    counts.computeIfPresent(accountId, (id, count) -> count == 1 ? null : count - 1);
  }
}
