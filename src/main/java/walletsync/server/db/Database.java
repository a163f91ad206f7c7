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
import java.util.concurrent.atomic.AtomicLong;
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

  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
  private static final int MAX_WAITING = 2_000;

  /** Set for every session. They end before the bus gives up, and that before a client does. */
  private static final Map<String, String> SESSION_LIMITS =
      Map.of(
          "application_name", "wallet-sync-server",
          "lock_timeout", "2s",
          "statement_timeout", "5s",
          "idle_in_transaction_session_timeout", "5s");

  private final SqlClient statements;
  private final Pool transactions;
  private final AtomicLong warnings;

  private Database(SqlClient statements, Pool transactions, AtomicLong warnings) {
    this.statements = statements;
    this.transactions = transactions;
    this.warnings = warnings;
  }

  /** Prepares the pools; connections are made when they are needed. */
  public static Database of(Vertx vertx, DatabaseSettings.External settings, int poolSize) {
    AtomicLong warnings = new AtomicLong();
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
    SqlClient statements =
        PgBuilder.client()
            .with(pool)
            .with(net)
            .connectingTo(connectOptions(settings).setPipeliningLimit(PIPELINE_DEPTH))
            .withConnectHandler(connection -> countWarnings(connection, warnings))
            .using(vertx)
            .build();
    // Few requests need a transaction of several statements; they must not take every connection.
    Pool transactions =
        PgBuilder.pool()
            .with(new PoolOptions(pool).setMaxSize(Math.max(1, poolSize / 2)))
            .with(net)
            .connectingTo(connectOptions(settings))
            .withConnectHandler(connection -> countWarnings(connection, warnings))
            .using(vertx)
            .build();
    return new Database(statements, transactions, warnings);
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

  /** For single statements. They are pipelined: never begin a transaction here. */
  public SqlClient statements() {
    return statements;
  }

  /** For transactions of several statements. */
  public Pool transactions() {
    return transactions;
  }

  /**
   * Runs a write, and fails with {@link Refusal#UNAVAILABLE} if Postgres warned of anything
   * meanwhile. With synchronous replication a cancelled wait for the standby answers
   * <em>success</em> with a warning, for a commit that only this node has: its outcome is unknown.
   * The warning cannot be told apart by statement, so every write under way at that moment is
   * unknown; a client that sends it again learns what became of it.
   */
  public <T> Future<T> write(Supplier<Future<T>> write) {
    long before = warnings.get();
    return write
        .get()
        .compose(
            result ->
                warnings.get() == before
                    ? Future.succeededFuture(result)
                    : Future.failedFuture(new RefusedException(Refusal.UNAVAILABLE)));
  }

  public Future<Void> close() {
    return Future.join(statements.close(), transactions.close()).mapEmpty();
  }

  private static void countWarnings(SqlConnection connection, AtomicLong warnings) {
    ((PgConnection) connection)
        .noticeHandler(
            notice -> {
              if ("WARNING".equals(notice.getSeverity())) {
                warnings.incrementAndGet();
              }
            });
    connection.close(); // hands it to the pool
  }
}
