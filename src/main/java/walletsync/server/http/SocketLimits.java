package walletsync.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the websockets of each account over all event loops of the process. Thread-safe. */
public final class SocketLimits {
  private final int perAccount;
  private final Map<Long, Integer> counts = new ConcurrentHashMap<>();

  /**
   * Allows so many.
   *
   * @param perAccount websockets of one account
   */
  public SocketLimits(int perAccount) {
    this.perAccount = perAccount;
  }

  /** Takes a place, unless all are taken. */
  boolean admit(long accountId) {
    return counts.merge(accountId, 1, (count, one) -> Math.min(count, perAccount) + one)
            <= perAccount
        || reject(accountId);
  }

  /** Gives a place back. */
  void leave(long accountId) {
    counts.computeIfPresent(accountId, (id, count) -> count == 1 ? null : count - 1);
  }

  private boolean reject(long accountId) {
    leave(accountId);
    return false;
  }
}
