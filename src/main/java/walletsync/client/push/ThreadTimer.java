package walletsync.client.push;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with one daemon thread. */
final class ThreadTimer implements Timer {
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            Thread made = new Thread(work, "wallet-sync-websocket");
            made.setDaemon(true);
            return made;
          });

  ThreadTimer() {
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void run(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile: nobody waits for it any more.
    }
  }

  @Override
  public Runnable later(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> scheduled = thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
