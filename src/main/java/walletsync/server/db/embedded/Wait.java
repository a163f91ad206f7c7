package walletsync.server.db.embedded;

import java.io.IOException;
import java.time.Duration;
import walletsync.server.settings.StartException;

/** Waiting that ends. */
final class Wait {
  /** Short, because a start is to take well under a second; checks cost microseconds. */
  private static final Duration INTERVAL = Duration.ofMillis(10);

  /** Something that may come true by itself. */
  interface Condition {
    boolean holds() throws IOException;
  }

  private Wait() {}

  /** Whether the condition came true before the patience ran out. */
  static boolean until(Condition condition, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      pause(INTERVAL);
    }
    return true;
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static StartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartException("The start of the embedded Postgres was interrupted", e);
  }
}
