package walletsync.server.db;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;

/**
 * Group commit: what arrives while a statement is under way goes together in the next one. Nothing
 * ever waits for company: when no statement is under way, an item goes at once.
 *
 * <p>Items go in the order in which they came. One that makes the common statement fail fails
 * alone: Postgres has then undone all of it, and each is tried by itself. When it is not known what
 * became of the statement, because no answer came, that is said to exactly those that were in it;
 * those that wait are sent a little later, when its connection is sure to be gone from the pool.
 *
 * <p>Not thread-safe: each event loop has its own.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
public final class Batcher<Q, A> {
  private final BatchLimits limits;
  private final BatchCounts counts;
  private final Function<Q, Future<A>> alone;
  private final Function<List<Q>, Future<List<A>>> together;
  private final ToIntFunction<Q> size;
  private final Executor loop;
  private final Supplier<Future<?>> recovery;
  private final Queue<Waiting<Q, A>> waiting = new ArrayDeque<>();
  private long waitingSize;
  private int underWay;
  private boolean isAboutToSend;

  private record Waiting<Q, A>(Q item, long since, Promise<A> promise) {}

  /**
   * @param loop the event loop: it runs what it is given once it has read what there is to read, so
   *     that requests which came together go together
   * @param recovery how long to wait after a statement of which nobody knows what became
   * @param size of an item, in the unit of {@link BatchLimits#size()}
   * @param together does one or more with one statement, which takes effect as a whole or not at
   *     all, and waits for nobody's lock, as everything behind it waits too; answers in the order
   *     of the items
   * @param alone does one item after such a statement has failed
   */
  public Batcher(
      BatchLimits limits,
      BatchCounts counts,
      Executor loop,
      Supplier<Future<?>> recovery,
      ToIntFunction<Q> size,
      Function<List<Q>, Future<List<A>>> together,
      Function<Q, Future<A>> alone) {
    this.limits = limits;
    this.counts = counts;
    this.loop = loop;
    this.recovery = recovery;
    this.size = size;
    this.alone = alone;
    this.together = together;
  }

  /** Fails with {@link Refusal#UNAVAILABLE} when too many wait already, or this one too long. */
  public Future<A> submit(Q item) {
    if (waiting.size() >= limits.waiting()
        || (!waiting.isEmpty() && waitingSize + size.applyAsInt(item) > limits.waitingSize())) {
      return Future.failedFuture(new RefusedException(Refusal.UNAVAILABLE));
    }
    Promise<A> promise = Promise.promise();
    waiting.add(new Waiting<>(item, System.nanoTime(), promise));
    waitingSize += size.applyAsInt(item);
    counts.waiting(1);
    sendSoon();
    return promise.future();
  }

  private void sendSoon() {
    if (!isAboutToSend) {
      isAboutToSend = true;
      loop.execute(this::sendNext);
    }
  }

  private void sendNext() {
    isAboutToSend = false;
    refuseThoseThatWaitedTooLong();
    while (underWay < limits.underWay() && !waiting.isEmpty()) {
      List<Waiting<Q, A>> batch = take();
      counts.sent(batch.size());
      underWay++;
      send(batch)
          .transform(
              done ->
                  done.succeeded() || Database.isRefused(done.cause())
                      ? Future.succeededFuture()
                      : recovery.get())
          .onComplete(
              done -> {
                underWay--;
                sendSoon();
              });
    }
  }

  /** They were never sent; whoever asked may have gone, and can ask again. */
  private void refuseThoseThatWaitedTooLong() {
    while (!waiting.isEmpty()
        && System.nanoTime() - waiting.element().since() > limits.patience().toNanos()) {
      next().promise().fail(new RefusedException(Refusal.UNAVAILABLE));
    }
  }

  private Waiting<Q, A> next() {
    Waiting<Q, A> next = waiting.remove();
    waitingSize -= size.applyAsInt(next.item());
    counts.waiting(-1);
    return next;
  }

  private List<Waiting<Q, A>> take() {
    List<Waiting<Q, A>> batch = new ArrayList<>();
    int room = limits.size();
    for (Waiting<Q, A> next = waiting.peek();
        next != null
            && batch.size() < limits.items()
            && (batch.isEmpty() || size.applyAsInt(next.item()) <= room);
        next = waiting.peek()) {
      room -= size.applyAsInt(next.item());
      batch.add(next());
    }
    return batch;
  }

  /** Succeeds or fails when the statement is over. */
  private Future<?> send(List<Waiting<Q, A>> batch) {
    List<Q> items = new ArrayList<>(batch.size());
    batch.forEach(one -> items.add(one.item()));
    return run(() -> together.apply(items))
        .onComplete(
            answers -> {
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).promise().complete(answers.get(i));
              }
            },
            failure -> {
              if (batch.size() > 1 && Database.isRefused(failure)) {
                // Beside the next batch: one of them may take long.
                batch.forEach(this::sendAlone);
              } else {
                batch.forEach(one -> one.promise().fail(failure));
              }
            });
  }

  private void sendAlone(Waiting<Q, A> one) {
    run(() -> alone.apply(one.item())).onComplete(one.promise());
  }

  private static <T> Future<T> run(Supplier<Future<T>> statement) {
    try {
      return statement.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
