package walletsync.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Requests beside the test's own thread, and waiting for what they bring about, never for long. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "beside-the-test");
            thread.setDaemon(true);
            return thread;
          });

  private Await() {}

  /** Begins something that may take a while; {@link #answer} waits for its end. */
  public static <T> CompletableFuture<T> begin(Supplier<T> work) {
    return begin(work, PATIENCE.toSeconds());
  }

  /** The same with another patience, in seconds. */
  public static <T> CompletableFuture<T> begin(Supplier<T> work, long seconds) {
    return CompletableFuture.supplyAsync(work, THREADS).orTimeout(seconds, TimeUnit.SECONDS);
  }

  /** The end of what was begun. */
  public static <T> T answer(CompletableFuture<T> begun) {
    return begun.join();
  }

  /** Returns once the condition holds; fails the test when it does not within some seconds. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, condition, PATIENCE.toSeconds());
  }

  /** The same with another patience, in seconds. */
  public static void until(String what, BooleanSupplier condition, long seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Waited in vain until " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  /**
   * Returns once a latch is down; fails the test when it does not come down within some seconds.
   */
  public static void latch(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("Waited in vain for a latch");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
