package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;

/**
 * Lets so many in at a time, in the order in which they came. When thousands come back at once,
 * those who write do not stand in one line with them. For one event loop: nothing is locked.
 */
final class Turnstile {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final int places;
  private final int mostWaiting;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int taken;
  private boolean admitting;

  /**
   * @param places how many may be inside
   * @param mostWaiting how many may wait; those beyond are refused with {@code UNAVAILABLE}
   */
  Turnstile(int places, int mostWaiting) {
    this.places = places;
    this.mostWaiting = mostWaiting;
  }

  /**
   * Does something when it is its turn; refused with {@code UNAVAILABLE} where that comes too late.
   *
   * @param action must end within a time of its own
   */
  <T> Future<T> pass(Supplier<Future<T>> action) {
    if (waiting.size() >= mostWaiting) {
      return tooMany();
    }
    long came = System.nanoTime();
    Promise<T> promise = Promise.promise();
    waiting.add(
        () ->
            Future.succeededFuture()
                .compose(
                    turn ->
                        System.nanoTime() - came > LONGEST_WAIT.toNanos()
                            ? tooMany()
                            : action.get())
                .onComplete(promise)
                .onComplete(done -> left()));
    admit();
    return promise.future();
  }

  private static <T> Future<T> tooMany() {
    return Future.failedFuture(new RefusedException(Refusal.UNAVAILABLE));
  }

  private void left() {
    taken--;
    admit();
  }

  private void admit() {
    if (admitting) {
      return; // one that left at once: the loop below goes on, instead of the stack
    }
    admitting = true;
    while (taken < places && !waiting.isEmpty()) {
      taken++;
      waiting.remove().run();
    }
    admitting = false;
  }
}
