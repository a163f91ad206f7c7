package walletsync.server.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;
import walletsync.server.settings.DatabaseSettings;

/**
 * Two pools: what reads never waits for a connection behind what waits for a lock. Every statement
 * has a connection to itself until Postgres has answered: one that fell silent is not used again.
 */
final class Connections {
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int READ_IDLE_SECONDS = 300;

  /**
   * A commit may wait for a standby as long as it takes, and Postgres does not notice when the
   * client leaves meanwhile: each connection that ends here costs Postgres another of its own.
   */
  private static final int WRITE_IDLE_SECONDS = 1_800;

  private static final int MAX_WAITING = 2_000;

  private final Line reads;
  private final Line writes;

  Connections(Vertx vertx, DatabaseSettings.External settings, int poolSize) {
    PoolOptions pool =
        new PoolOptions()
            .setMaxSize(poolSize)
            .setMaxWaitQueueSize(MAX_WAITING)
            .setConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxLifetime(30)
            .setMaxLifetimeUnit(TimeUnit.MINUTES);
    reads = line(vertx, settings, pool, READ_IDLE_SECONDS);
    writes = line(vertx, settings, pool, WRITE_IDLE_SECONDS);
  }

  /**
   * @param idleSeconds after which a connection ends that has heard nothing, one that was left
   *     behind as well
   */
  private static Line line(
      Vertx vertx, DatabaseSettings.External settings, PoolOptions pool, int idleSeconds) {
    return new Line(
        PgBuilder.pool()
            .with(pool)
            .with(
                new NetClientOptions()
                    .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setTcpUserTimeout(8_000)
                    .setReadIdleTimeout(idleSeconds))
            .connectingTo(Database.connectOptions(settings))
            .using(vertx)
            .build());
  }

  Line reads() {
    return reads;
  }

  Line writes() {
    return writes;
  }

  Future<Void> close() {
    return Future.join(reads.pool().close(), writes.pool().close()).mapEmpty();
  }
}
