package walletsync.server.health;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import walletsync.server.bus.Bus;
import walletsync.server.db.Database;
import walletsync.server.health.HealthRequest.CheckReadiness;
import walletsync.server.health.HealthRequest.Readiness;
import walletsync.server.metrics.Metrics;

/**
 * Answers whether this process is ready, and shows the last answer as a metric. Checks that come at
 * the same time share one look.
 */
public final class HealthVerticle extends VerticleBase {
  private static final long PATIENCE_MILLIS = 1_000;

  private final Bus bus;
  private final Database database;
  private final Supplier<Optional<String>> obstacle;
  private Future<Readiness> look = Future.succeededFuture(new Readiness(false, "starting"));
  private boolean looking;
  private volatile boolean ready;

  /**
   * @param obstacle one word for why this process wants no requests, whatever the database says
   */
  public HealthVerticle(
      Bus bus, Database database, Supplier<Optional<String>> obstacle, Metrics metrics) {
    this.bus = bus;
    this.database = database;
    this.obstacle = obstacle;
    metrics.gauge("ready", "1 where this process is ready, else 0", () -> ready ? 1 : 0);
  }

  @Override
  public Future<?> start() {
    return bus.answer(
        CheckReadiness.class, request -> readiness().onSuccess(it -> ready = it.isReady()));
  }

  private Future<Readiness> readiness() {
    Optional<String> reason = obstacle.get();
    if (reason.isPresent()) {
      return Future.succeededFuture(new Readiness(false, reason.get()));
    }
    if (!looking) {
      looking = true;
      look =
          database
              .isWritable()
              .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              .otherwise(false)
              .map(there -> new Readiness(there, there ? "ready" : "database"))
              .onComplete(done -> looking = false);
    }
    return look;
  }
}
