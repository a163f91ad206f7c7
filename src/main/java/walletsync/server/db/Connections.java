package walletsync.server.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import walletsync.server.settings.DatabaseSettings;

/**
 * Two pools: what reads never waits for a connection behind what waits for a lock. Every statement
 * has a connection to itself until Postgres has answered: one that fell silent is not used again.
 */
final class Connections {
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int READ_IDLE_SECONDS = 300;
  private static final int MAX_WAITING = 2_000;

  private final Pool reads;
  private final Pool writes;
  private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());

  Connections(Vertx vertx, DatabaseSettings.External settings, int poolSize) {
    PoolOptions pool =
        new PoolOptions()
            .setMaxSize(poolSize)
            .setMaxWaitQueueSize(MAX_WAITING)
            .setConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxLifetime(30)
            .setMaxLifetimeUnit(TimeUnit.MINUTES);
    // For those that were left behind while the other side said nothing; unused ones too.
    reads = pool(vertx, settings, pool, net().setReadIdleTimeout(READ_IDLE_SECONDS));
    // A commit may wait for a standby as long as it takes: Postgres does not notice when the client
    // leaves meanwhile, and each connection that was closed would cost another of Postgres'.
    writes = pool(vertx, settings, pool, net());
  }

  private static NetClientOptions net() {
    return new NetClientOptions()
        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setTcpUserTimeout(8_000);
  }

  private static Pool pool(
      Vertx vertx, DatabaseSettings.External settings, PoolOptions pool, NetClientOptions net) {
    return PgBuilder.pool()
        .with(pool)
        .with(net)
        .connectingTo(Database.connectOptions(settings))
        .using(vertx)
        .build();
  }

  Pool reads() {
    return reads;
  }

  Pool writes() {
    return writes;
  }

  /** The database has said something over these connections, be it no. */
  void answered() {
    lastAnswer.lazySet(System.nanoTime());
  }

  /** How long ago that was. */
  long silentNanos() {
    return System.nanoTime() - lastAnswer.get();
  }

  Future<Void> close() {
    return Future.join(reads.close(), writes.close()).mapEmpty();
  }
}
