package walletsync.server.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies a process holds at a time, over all of its connections. Each
 * body is bounded, and so is the number of connections; but their product is not what a heap has.
 * Shared by all event loops, thread-safe.
 */
final class BodyBudget {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes
   */
  BodyBudget(long most) {
    this.most = most;
  }

  /** Takes some, unless that is too much. */
  boolean take(int bytes) {
    if (held.addAndGet(bytes) > most) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
