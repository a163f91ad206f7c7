package walletsync.server.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;
import walletsync.server.settings.DatabaseSettings;

/**
 * The connections to Postgres, with a limit on everything: on their number, on who waits for one,
 * and on how long a statement or a lock may take. Share one among all verticles of a process.
 */
public final class Database {
  /** More would wait too long behind one locked row. */
  private static final int PIPELINE_DEPTH = 16;

  /** The class of SQLSTATE that warnings have. */
  private static final String WARNING_CLASS = "01";

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int MAX_WAITING = 2_000;

  /** Set for every session. They end before the bus gives up, and that before a client does. */
  private static final Map<String, String> SESSION_LIMITS =
      Map.of(
          "application_name", "wallet-sync-server",
          "lock_timeout", "2s",
          "statement_timeout", "5s",
          "idle_in_transaction_session_timeout", "5s");

  private final SqlClient reads;
  private final Pool writes;

  private Database(SqlClient reads, Pool writes) {
    this.reads = reads;
    this.writes = writes;
  }

  /** Prepares the pools; connections are made when they are needed. */
  public static Database of(Vertx vertx, DatabaseSettings.External settings, int poolSize) {
    PoolOptions pool =
        new PoolOptions()
            .setMaxSize(poolSize)
            .setMaxWaitQueueSize(MAX_WAITING)
            .setConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxLifetime(30)
            .setMaxLifetimeUnit(TimeUnit.MINUTES);
    NetClientOptions net =
        new NetClientOptions()
            .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setTcpUserTimeout(8_000);
    SqlClient reads =
        PgBuilder.client()
            .with(pool)
            .with(net)
            .connectingTo(connectOptions(settings).setPipeliningLimit(PIPELINE_DEPTH))
            .using(vertx)
            .build();
    Pool writes =
        PgBuilder.pool()
            .with(pool)
            .with(net)
            .connectingTo(connectOptions(settings))
            .using(vertx)
            .build();
    return new Database(reads, writes);
  }

  /** How to connect, for those who need a connection of their own. */
  public static PgConnectOptions connectOptions(DatabaseSettings.External settings) {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(settings.host().replaceAll("[\\[\\]]", ""))
            .setPort(settings.port())
            .setDatabase(settings.database())
            .setUser(settings.user())
            .setPassword(settings.password().reveal())
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(64)
            .setSslMode(SslMode.of(settings.sslMode()));
    SESSION_LIMITS.forEach(options::addProperty);
    if (!settings.sslMode().equals("disable")) {
      ClientSSLOptions ssl = new ClientSSLOptions();
      settings
          .sslRootCert()
          .ifPresentOrElse(
              file -> ssl.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())),
              // As libpq: prefer and require encrypt without asking who is there.
              () -> ssl.setTrustAll(!settings.sslMode().startsWith("verify")));
      ssl.setHostnameVerificationAlgorithm(settings.sslMode().equals("verify-full") ? "HTTPS" : "");
      options.setSslOptions(ssl);
    }
    return options;
  }

  /** For single reads. They are pipelined: what waits for a lock would hold up others. */
  public SqlClient reads() {
    return reads;
  }

  /**
   * Runs one statement that writes, on a connection of its own.
   *
   * <p>Fails with {@link Refusal#UNAVAILABLE} if Postgres warned of anything meanwhile. With
   * synchronous replication a cancelled wait for the standby answers <em>success</em> with a
   * warning, for a commit that only this node has: its outcome is unknown. A client that sends the
   * write again learns what became of it.
   */
  public <T> Future<T> write(Function<SqlClient, Future<T>> statement) {
    return writes.withConnection(
        connection -> unlessWarned(connection, () -> statement.apply(connection)));
  }

  /**
   * Runs a transaction, and rolls it back if it fails. A warning makes it fail as in {@link
   * #write}.
   *
   * @param committed hears of the result as soon as it is committed, even where a warning follows
   */
  public <T> Future<T> transaction(Function<SqlClient, Future<T>> work, Consumer<T> committed) {
    return writes.withConnection(
        connection ->
            unlessWarned(
                connection,
                () ->
                    connection
                        .begin()
                        .compose(
                            transaction ->
                                Future.succeededFuture()
                                    .compose(begun -> work.apply(connection))
                                    .compose(
                                        result -> transaction.commit().map(result),
                                        failure ->
                                            transaction
                                                .rollback()
                                                .transform(done -> Future.failedFuture(failure))))
                        .onSuccess(committed::accept)));
  }

  /** Closes every connection. */
  public Future<Void> close() {
    return Future.join(reads.close(), writes.close()).mapEmpty();
  }

  private static <T> Future<T> unlessWarned(SqlConnection connection, Supplier<Future<T>> work) {
    AtomicBoolean warned = new AtomicBoolean();
    ((PgConnection) connection)
        .noticeHandler(
            notice -> {
              // By its class: the severity comes in the language of the server.
              if (String.valueOf(notice.getCode()).startsWith(WARNING_CLASS)) {
                warned.set(true);
              }
            });
    return work.get()
        .compose(
            result ->
                warned.get()
                    ? Future.failedFuture(new RefusedException(Refusal.UNAVAILABLE))
                    : Future.succeededFuture(result));
  }
}
