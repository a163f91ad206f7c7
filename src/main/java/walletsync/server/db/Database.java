package walletsync.server.db;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.DatabaseException;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;
import walletsync.server.metrics.Metrics;
import walletsync.server.settings.DatabaseSettings;

/**
 * The connections to Postgres, with a limit on everything: on their number, on who waits for one,
 * and on how long a statement or a lock may take. Share one among all verticles of a process.
 */
public final class Database {
  /** The class of SQLSTATE that warnings have. */
  private static final String WARNING_CLASS = "01";

  /** "Read-only transaction": these connections lead to a standby, once perhaps the primary. */
  private static final String READ_ONLY = "25006";

  /** The classes of SQLSTATE that speak of data, constraints, limits, triggers and bugs. */
  private static final Set<String> CONTENT_CLASSES = Set.of("22", "23", "54", "P0", "XX");

  /** Longer than any wait for a lock, so that what takes longer is the network. */
  private static final long READ_TIMEOUT_MILLIS = 2_500;

  private static final long WRITE_TIMEOUT_MILLIS = 3_500;

  /** A transaction is some statements, of which one may wait for a lock. */
  private static final long TRANSACTION_TIMEOUT_MILLIS = 6_000;

  /**
   * Set for every session. Statements end before the bus gives up, and that before a client does.
   */
  private static final Map<String, String> SESSION_LIMITS =
      Map.of(
          "application_name", "wallet-sync-server",
          "lock_timeout", "2s",
          "statement_timeout", "5s",
          "idle_in_transaction_session_timeout", "5s",
          // Every statement looks rows up by their keys: there is one good plan, and it is prepared
          // once. For an array of tokens the planner might else read a whole table.
          "plan_cache_mode", "force_generic_plan");

  private final CurrentConnections connections;
  private final AtomicInteger readsInFlight = new AtomicInteger();
  private final AtomicInteger writesInFlight = new AtomicInteger();

  private Database(Supplier<Connections> connector) {
    this.connections = new CurrentConnections(connector);
  }

  /** Prepares the pools; connections are made when they are needed. */
  public static Database of(
      Vertx vertx, DatabaseSettings.External settings, int poolSize, Metrics metrics) {
    Database database = new Database(() -> new Connections(vertx, settings, poolSize));
    metrics.gauge(
        "database.statements",
        "Statements that are under way or wait for a connection",
        database.readsInFlight::get,
        "pool",
        "reads");
    metrics.gauge(
        "database.statements",
        "Statements that are under way or wait for a connection",
        database.writesInFlight::get,
        "pool",
        "writes");
    metrics.gauge(
        "database.connections.max", "Connections that each pool may have", () -> poolSize);
    metrics.count(
        "database.renewals",
        "How often all connections were given up as dead or misled",
        database.connections::renewals);
    return database;
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

  /** Runs a single statement that reads. */
  public <T> Future<T> read(Function<SqlClient, Future<T>> statement) {
    Connections current = connections.get();
    return watched(
        current,
        current.reads(),
        readsInFlight,
        READ_TIMEOUT_MILLIS,
        () -> statement.apply(current.reads().pool()));
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
    Connections current = connections.get();
    return watched(
        current,
        current.writes(),
        writesInFlight,
        WRITE_TIMEOUT_MILLIS,
        () ->
            current
                .writes()
                .pool()
                .withConnection(
                    connection -> unlessWarned(connection, () -> statement.apply(connection))));
  }

  /**
   * Runs a transaction, and rolls it back if it fails. A warning makes it fail as in {@link
   * #write}.
   *
   * @param committed hears of the result as soon as it is committed, even where a warning follows
   */
  public <T> Future<T> transaction(Function<SqlClient, Future<T>> work, Consumer<T> committed) {
    Connections current = connections.get();
    return watched(
        current,
        current.writes(),
        writesInFlight,
        TRANSACTION_TIMEOUT_MILLIS,
        () ->
            current
                .writes()
                .pool()
                .withConnection(
                    connection ->
                        unlessWarned(connection, () -> inTransaction(connection, work))
                            .onSuccess(committed::accept)));
  }

  private static <T> Future<T> inTransaction(
      SqlConnection connection, Function<SqlClient, Future<T>> work) {
    return connection
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
                                .transform(done -> Future.failedFuture(failure))));
  }

  /**
   * Whether Postgres has refused a statement for something in it, and nothing of it is left. Other
   * failures have nothing to do with the content, or nobody knows what became of the statement.
   */
  static boolean isRefused(Throwable failure) {
    return failure instanceof DatabaseException database
        && CONTENT_CLASSES.contains(
            String.valueOf(database.getSqlState()).replaceFirst("(?<=..).*", ""));
  }

  /** Whether the database answers, and takes writes; what only reads is left for another try. */
  public Future<Boolean> isWritable() {
    Connections asked = connections.get();
    return read(client ->
            client
                .query("SELECT current_setting('transaction_read_only') = 'off' AS writable")
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("writable")))
        .onSuccess(
            writable -> {
              if (!writable) {
                connections.leave(asked, "it does not take writes");
              }
            });
  }

  /**
   * Call this when what was read is not there to be written to: the connections may lead to two
   * servers, one of which was the primary once.
   */
  public void doubt() {
    connections.leaveIfDivided();
  }

  /** Closes every connection. */
  public Future<Void> close() {
    return connections.close().timeout(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** Gives up after a time, and on connections that are good for nothing any more. */
  private <T> Future<T> watched(
      Connections used,
      Line line,
      AtomicInteger inFlight,
      long timeoutMillis,
      Supplier<Future<T>> statement) {
    inFlight.incrementAndGet();
    return statement
        .get()
        .onComplete(
            done -> {
              inFlight.decrementAndGet();
              if (done.succeeded()
                  || done.cause() instanceof DatabaseException
                  || done.cause() instanceof RefusedException) {
                line.answered();
              }
            })
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              if (!(failure instanceof DatabaseException database)) {
                // No answer in time, or no connection on which to ask.
                connections.leaveIfDead(used, line);
              } else if (READ_ONLY.equals(database.getSqlState())) {
                connections.leave(used, "it does not take writes");
              }
            });
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
