package walletsync.server.wallet;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.db.Database;
import walletsync.server.metrics.Metrics;

/**
 * Keeps {@link VersionPurge} going, in the background: a step, then a pause of at least the step's
 * own length, so that it never takes more than half of one connection. While nothing is due it
 * walks over the accounts, which it does after the start, once a day, and after there were more
 * than could be remembered. Deploy one instance.
 */
public final class PurgeVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(PurgeVerticle.class);
  private static final long SHORT_PAUSE_MILLIS = 50;
  private static final long PAUSE_MILLIS = 1_000;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 30_000;
  private static final Duration BETWEEN_WALKS = Duration.ofHours(24);

  private final VersionPurge purge;
  private final DueAccounts due;
  private final Counter purged;
  private Future<?> running = Future.succeededFuture();
  private boolean stopped;
  private boolean walking = true;
  private long walkedTo;

  /**
   * @param due the accounts that this process sees saving
   */
  public PurgeVerticle(Database database, DueAccounts due, Metrics metrics) {
    this.purge = new VersionPurge(database, due);
    this.due = due;
    this.purged = metrics.counter("versions.purged", "Old versions that were deleted");
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(
        BETWEEN_WALKS.toMillis(),
        timer -> {
          walking = true;
        });
    goOnAfter(PAUSE_MILLIS);
    return Future.succeededFuture();
  }

  private void goOnAfter(long millis) {
    if (!stopped) {
      vertx.setTimer(millis, timer -> work());
    }
  }

  private void work() {
    if (stopped) {
      return;
    }
    if (due.isEmpty() && due.takeMissed()) {
      walking = true;
      walkedTo = 0;
    }
    long began = System.nanoTime();
    boolean walks = due.isEmpty() && walking;
    running =
        (walks ? walk() : step())
            .onSuccess(
                more -> {
                  long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
                  goOnAfter(more ? Math.max(SHORT_PAUSE_MILLIS, took) : PAUSE_MILLIS);
                })
            .onFailure(
                failure -> {
                  LOG.info(
                      "Old versions were not purged, and will be later: {}",
                      failure.getClass().getSimpleName());
                  goOnAfter(PAUSE_AFTER_FAILURE_MILLIS);
                })
            .otherwiseEmpty();
  }

  /** Whether there is more to do at once. */
  private Future<Boolean> step() {
    return purge
        .step()
        .map(
            deleted -> {
              purged.increment(deleted);
              return deleted > 0 || !due.isEmpty();
            });
  }

  /** As {@link #step}. */
  private Future<Boolean> walk() {
    return purge
        .walk(walkedTo)
        .map(
            next -> {
              walkedTo = next;
              walking = next > 0;
              return walking || !due.isEmpty();
            });
  }

  @Override
  public Future<?> stop() {
    stopped = true;
    return running;
  }
}
