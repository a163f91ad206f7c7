package walletsync.server.auth;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.auth.SessionPurge.Place;
import walletsync.server.db.Database;
import walletsync.server.metrics.Metrics;

/**
 * Keeps {@link SessionPurge} going, in the background: a walk over all sessions after the start,
 * and another a day after the end of the last. Between two steps there is a pause of at least the
 * step's own length, so that it never takes more than half of one connection.
 */
final class SessionPurging {
  private static final Logger LOG = LoggerFactory.getLogger(SessionPurging.class);

  /** The one whose turn it is may be at it for long. */
  private static final long PAUSE_OUT_OF_TURN_MILLIS = 10_000;

  private static final long SHORT_PAUSE_MILLIS = 50;
  private static final long PAUSE_MILLIS = 1_000;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 30_000;
  private static final long BETWEEN_WALKS_MILLIS = Duration.ofHours(24).toMillis();

  private final Vertx vertx;
  private final SessionPurge purge;
  private final Counter purged;
  private Future<?> running = Future.succeededFuture();
  private boolean stopped;

  SessionPurging(Vertx vertx, Database database, Metrics metrics) {
    this.vertx = vertx;
    this.purge = new SessionPurge(database);
    this.purged = metrics.counter("sessions.purged", "Expired sessions that were deleted");
  }

  void start() {
    goOnAfter(PAUSE_MILLIS, Place.START);
  }

  private void goOnAfter(long millis, Place place) {
    if (!stopped) {
      vertx.setTimer(millis, timer -> step(place));
    }
  }

  private void step(Place place) {
    if (stopped) {
      return;
    }
    long began = System.nanoTime();
    running =
        purge
            .step(place)
            .onSuccess(
                step -> {
                  purged.increment(step.deleted());
                  long took = Duration.ofNanos(System.nanoTime() - began).toMillis();
                  step.next()
                      .ifPresentOrElse(
                          next ->
                              goOnAfter(
                                  step.mine()
                                      ? Math.max(SHORT_PAUSE_MILLIS, took)
                                      : PAUSE_OUT_OF_TURN_MILLIS,
                                  next),
                          () -> goOnAfter(BETWEEN_WALKS_MILLIS, Place.START));
                })
            .onFailure(
                failure -> {
                  LOG.info(
                      "Expired sessions were not purged, and will be later: {}",
                      failure.getClass().getSimpleName());
                  goOnAfter(PAUSE_AFTER_FAILURE_MILLIS, place);
                })
            .otherwiseEmpty();
  }

  /** Ends once nothing is under way any more. */
  Future<?> stop() {
    stopped = true;
    return running;
  }
}
