package walletsync.client.push;

import java.time.Duration;

/** Runs things one at a time, now or later. Tests bring their own time. */
interface Timer {
  void run(Runnable task);

  /** Runs it later; the result keeps it from running. */
  Runnable later(Duration delay, Runnable task);

  void close();
}
