package walletsync.server.notify;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * {@link Transport} by {@code LISTEN} and {@code NOTIFY}: one connection to listen, one to send.
 * The {@code NOTIFY} is a transaction of its own, as at its commit it takes a lock that all
 * notifying transactions share. A pooler that shares connections between transactions cannot carry
 * {@code LISTEN}: connect to Postgres itself.
 *
 * <p>Each connection is a pool of one. The client says goodbye before it closes a connection, and
 * waits for the other side to hang up; so one that has died without a sign never closes. It is left
 * behind, with its pool, and a new one takes its place.
 */
public final class PostgresTransport implements Transport {
  private static final String CHANNEL = "wallet_sync";

  /** Postgres takes fewer than 8000 bytes. */
  private static final int MAX_BYTES = 7_900;

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int ANSWER_TIMEOUT_MILLIS = 5_000;
  private static final int CLOSE_TIMEOUT_MILLIS = 2_000;
  private static final long LONGEST_DELAY_MILLIS = 5_000;

  /** A connection that lasted so long was a good one. */
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final PgConnectOptions database;
  private Consumer<String> receiver = text -> {};
  private Runnable gap = () -> {};
  private Pool sender;
  private Pool listener;
  private boolean listening;
  private long listensSince;
  private int attempts;
  private boolean closed;

  public PostgresTransport(Vertx vertx, PgConnectOptions database) {
    this.vertx = vertx;
    this.database = database;
    sender = oneConnection();
    listener = oneConnection();
  }

  private Pool oneConnection() {
    return PgBuilder.pool()
        .with(new PoolOptions().setMaxSize(1).setMaxWaitQueueSize(16))
        .with(
            new NetClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTcpKeepAlive(true)
                .setTcpUserTimeout(8_000)
                // for those left behind while they connected
                .setReadIdleTimeout(60))
        .connectingTo(new PgConnectOptions(database))
        .using(vertx)
        .build();
  }

  @Override
  public Future<Void> start(Consumer<String> receiver, Runnable gap) {
    this.receiver = receiver;
    this.gap = gap;
    return listen(listener);
  }

  private Future<Void> listen(Pool pool) {
    return pool.getConnection()
        .compose(connection -> listen(pool, connection))
        .timeout(ANSWER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(
            connection -> {
              listening = pool == listener;
              listensSince = System.nanoTime();
              gap.run();
            })
        .mapEmpty();
  }

  private Future<SqlConnection> listen(Pool pool, SqlConnection connection) {
    connection.closeHandler(lost -> listenAgain(pool));
    connection.exceptionHandler(failure -> {}); // the close handler hears of it too
    ((PgConnection) connection).notificationHandler(text -> receiver.accept(text.getPayload()));
    return connection.query("LISTEN " + CHANNEL).execute().map(connection);
  }

  /** Leaves this pool behind, and tries with others until one listens. */
  private void listenAgain(Pool lost) {
    if (closed || lost != listener) {
      return;
    }
    // A connection that is cut whenever it was made must not be made without a pause.
    attempts = listening && System.nanoTime() - listensSince > STEADY_NANOS ? 0 : attempts + 1;
    Pool next = oneConnection();
    listener = next;
    listening = false;
    lost.close();
    vertx.setTimer(delay(attempts), timer -> listen(next).onFailure(again -> listenAgain(next)));
  }

  @Override
  public void reconnect() {
    if (listening) {
      listenAgain(listener);
    }
  }

  @Override
  public int maxBytes() {
    return MAX_BYTES;
  }

  @Override
  public Future<Void> send(String text) {
    Pool pool = sender;
    return pool.preparedQuery("SELECT pg_notify($1, $2)")
        .execute(Tuple.of(CHANNEL, text))
        .<Void>mapEmpty()
        .timeout(ANSWER_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              if (failure instanceof TimeoutException && !closed) {
                sender = oneConnection();
                pool.close();
              }
            });
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.join(listener.close(), sender.close())
        .timeout(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Doubles up to some seconds; random, so that many processes do not come back at one moment. */
  private static long delay(int attempt) {
    long most = Math.min(100L << Math.min(attempt, 10), LONGEST_DELAY_MILLIS);
    return ThreadLocalRandom.current().nextLong(most / 2, most + 1);
  }
}
