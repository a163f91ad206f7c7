package walletsync.client.api;

import java.time.Duration;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** How to wait. Tests do not. */
@FunctionalInterface
public interface Pause {
  void pause(Duration duration);

  /** Really waits. */
  static Pause sleeping() {
    return duration -> {
      try {
        Thread.sleep(duration.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClientException(Problem.UNREACHABLE, "Interrupted while waiting.", e);
      }
    };
  }
}
