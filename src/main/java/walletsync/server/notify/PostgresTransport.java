package walletsync.server.notify;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * {@link Transport} by {@code LISTEN} and {@code NOTIFY}: one connection to listen, one to send.
 * The {@code NOTIFY} is a transaction of its own, as at its commit it takes a lock that all
 * notifying transactions share. A pooler that shares connections between transactions cannot carry
 * {@code LISTEN}: connect to Postgres itself.
 */
public final class PostgresTransport implements Transport {
  private static final String CHANNEL = "wallet_sync";

  /** Postgres takes fewer than 8000 bytes. */
  private static final int MAX_BYTES = 7_900;

  private static final long LONGEST_DELAY_MILLIS = 5_000;

  private final SqlClient sender;
  private final PgSubscriber subscriber;

  public PostgresTransport(Vertx vertx, PgConnectOptions database) {
    sender =
        PgBuilder.client()
            .with(
                new PoolOptions()
                    .setMaxSize(1)
                    .setMaxWaitQueueSize(16)
                    .setConnectionTimeout(2)
                    .setConnectionTimeoutUnit(TimeUnit.SECONDS))
            .connectingTo(new PgConnectOptions(database))
            .using(vertx)
            .build();
    subscriber =
        PgSubscriber.subscriber(vertx, new PgConnectOptions(database))
            .reconnectPolicy(PostgresTransport::delay);
  }

  @Override
  public Future<Void> start(Consumer<String> receiver, Runnable gap) {
    subscriber.channel(CHANNEL).subscribeHandler(subscribed -> gap.run()).handler(receiver::accept);
    return subscriber.connect();
  }

  @Override
  public int maxBytes() {
    return MAX_BYTES;
  }

  @Override
  public Future<Void> send(String text) {
    return sender
        .preparedQuery("SELECT pg_notify($1, $2)")
        .execute(Tuple.of(CHANNEL, text))
        .mapEmpty();
  }

  @Override
  public void reconnect() {
    PgConnection connection = subscriber.actualConnection();
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public Future<Void> close() {
    return Future.join(subscriber.close(), sender.close()).mapEmpty();
  }

  /** Doubles up to some seconds; random, so that many processes do not come back at one moment. */
  private static long delay(int attempt) {
    long most = Math.min(100L << Math.min(attempt, 10), LONGEST_DELAY_MILLIS);
    return ThreadLocalRandom.current().nextLong(most / 2, most + 1);
  }
}
