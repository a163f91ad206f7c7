package walletsync.server.auth;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import walletsync.protocol.Refusal;
import walletsync.protocol.Secret;
import walletsync.server.bus.RefusedException;
import walletsync.server.metrics.Metrics;

/**
 * Hashes passwords on threads of their own, a bounded number at a time with a bounded queue:
 * hashing is made to take time and memory, and must take neither from the rest of the server. When
 * the queue is full, a request is refused with {@link Refusal#TOO_MANY_LOGINS}.
 */
final class PasswordWorkers {
  /** Shorter than the bus waits for the whole answer, of which this may be a part twice. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(4);

  private final WorkerExecutor workers;
  private final PasswordHash passwords = new PasswordHash();
  private final AtomicInteger admitted = new AtomicInteger();
  private final int most;
  private final Counter refused;

  /**
   * @param threads how many passwords are hashed at a time
   * @param queue how many more may wait
   */
  PasswordWorkers(Vertx vertx, int threads, int queue, Metrics metrics) {
    this.workers = vertx.createSharedWorkerExecutor("passwords", threads);
    this.most = threads + queue;
    metrics.gauge(
        "passwords.admitted", "Passwords that are hashed or wait for that", admitted::get);
    metrics.gauge("passwords.admitted.max", "Where logins are refused", () -> most);
    refused = metrics.counter("passwords.refused", "Logins that were told to come back later");
  }

  Future<String> hash(Secret password) {
    return run(() -> passwords.hash(password));
  }

  /**
   * Whether the password is the account's. Without an account the same work is done, so that the
   * time of an answer does not tell who has one.
   */
  Future<Boolean> verify(Optional<Account> account, Secret password) {
    String hash = account.map(Account::passwordHash).orElse(PasswordHash.NOBODYS);
    return run(() -> passwords.verify(hash, password) && account.isPresent());
  }

  Future<Void> close() {
    return workers.close();
  }

  private <T> Future<T> run(Callable<T> work) {
    if (admitted.incrementAndGet() > most) {
      admitted.decrementAndGet();
      refused.increment();
      return Future.failedFuture(new RefusedException(Refusal.TOO_MANY_LOGINS));
    }
    long asked = System.nanoTime();
    return workers
        .executeBlocking(
            () -> {
              // Nobody waits for the answer any more: do not make the queue longer for others.
              if (System.nanoTime() - asked > LONGEST_WAIT.toNanos()) {
                throw new RefusedException(Refusal.TOO_MANY_LOGINS);
              }
              return work.call();
            },
            false)
        .onComplete(done -> admitted.decrementAndGet());
  }
}
