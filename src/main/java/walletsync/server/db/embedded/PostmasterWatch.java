package walletsync.server.db.embedded;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Looks, every so often, whether a postmaster still lives. It is not this process's child, since it
 * has a session of its own; so nobody tells of its end.
 */
final class PostmasterWatch {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private PostmasterWatch() {}

  /**
   * Begins to look, on a thread that keeps no process alive.
   *
   * @param over whether nobody needs to hear of its end any more
   * @param ended hears of its end, once
   */
  static void begin(long pid, BooleanSupplier over, Runnable ended) {
    Thread thread = new Thread(() -> watch(pid, over, ended), "postgres-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(long pid, BooleanSupplier over, Runnable ended) {
    while (!over.getAsBoolean()) {
      if (ProcessTable.hasEnded(pid)) {
        // Somebody may have asked it to end since: then it is no news.
        if (!over.getAsBoolean()) {
          ended.run();
        }
        return;
      }
      Wait.pause(INTERVAL);
    }
  }
}
