package walletsync.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.Secret;
import walletsync.server.db.Migrations;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.Settings;

/**
 * The Postgres under load. The accounts are put into it by SQL, tokens included, so that no
 * password is hashed; every database that was made here is dropped at the end.
 */
final class BenchDatabase implements AutoCloseable {
  /** Enough for a client of pgbench on each. */
  private static final int MOST_CONNECTIONS = 600;

  private static final String ACCOUNTS =
      """
      INSERT INTO accounts (email, email_normalized, email_key, password_hash, client_salt_seed, verified)
      SELECT e, e, sha256(e::bytea), '', repeat('0', 64), true
      FROM generate_series(1, %d) n, LATERAL (SELECT 'bench' || n || '@example.com' AS e) email
      ORDER BY n
      """;

  /** The digest is the account's number, so that wrk knows every entity tag. */
  private static final String HEADS =
      "INSERT INTO wallet_heads (account_id, sequence, digest) SELECT id, 1, id FROM accounts";

  /** Each wallet is another piece of one random text: it does not compress. */
  private static final String WALLETS =
      """
      INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
      SELECT id, 1, 1, substr(text, 1 + (id %% 20000)::int, %d), repeat('0', 64)
      FROM accounts, (
        SELECT string_agg(encode(sha256(n::text::bytea), 'base64'), '') AS text
        FROM generate_series(1, 2000) n
      ) random
      """;

  private static final String TOKENS =
      """
      INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
      SELECT a.id, sha256(d::text::bytea), d::text,
             sha256((lpad(a.n::text, 62, '0') || lpad(d::text, 2, '0'))::bytea),
             1, now() + interval '14 days'
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts) a,
           generate_series(1, %d) d
      """;

  private final @Nullable EmbeddedPostgres embedded;
  private final External maintenance;
  private final String prefix = "bench_" + ProcessHandle.current().pid() + "_";
  private int databases;

  private BenchDatabase(@Nullable EmbeddedPostgres embedded, External maintenance) {
    this.embedded = embedded;
    this.maintenance = maintenance;
  }

  /** A Postgres whose role may create databases. */
  static BenchDatabase on(External maintenance) {
    return new BenchDatabase(null, maintenance);
  }

  /** Connects to the Postgres of the options, or starts the embedded one, as durable as ever. */
  static BenchDatabase of(BenchOptions options) {
    if (!options.databaseUrl().isBlank()) {
      return on(
          (External)
              Settings.load(Map.of("DATABASE_URL", options.databaseUrl()), Optional.empty())
                  .database());
    }
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            new EmbeddedPostgres.Options(
                Path.of("target", "bench-postgres"), true, Optional.empty(), MOST_CONNECTIONS));
    return new BenchDatabase(
        postgres,
        new External(
            postgres.host(),
            postgres.port(),
            "postgres",
            postgres.superuser(),
            postgres.superuserPassword(),
            "disable",
            Optional.empty()));
  }

  /**
   * A new database with the schema and these accounts, each with a wallet of sequence 1.
   *
   * @param walletCharacters the size of the wallets, at most 20,000
   */
  External filled(int accounts, int devices, int walletCharacters) throws SQLException {
    External database = named(prefix + ++databases);
    execute(maintenance, "CREATE DATABASE " + database.database());
    Migrations.run(database);
    execute(
        database,
        ACCOUNTS.formatted(accounts),
        HEADS,
        WALLETS.formatted(walletCharacters),
        TOKENS.formatted(devices),
        "VACUUM ANALYZE");
    return database;
  }

  /** Every wallet is back at its first version; nothing is left to do in the background. */
  static void reset(External database, int walletCharacters) throws SQLException {
    execute(
        database,
        "TRUNCATE wallet_heads CASCADE",
        HEADS,
        WALLETS.formatted(walletCharacters),
        "VACUUM ANALYZE wallet_heads, wallet_versions",
        "CHECKPOINT");
  }

  /** The one number that a query answers with. */
  static long number(External database, String query) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    for (int i = 1; i <= databases; i++) {
      execute(maintenance, "DROP DATABASE IF EXISTS " + prefix + i + " WITH (FORCE)");
    }
    if (embedded != null) {
      embedded.close();
    }
  }

  static Connection connect(External database) throws SQLException {
    String url =
        "jdbc:postgresql://%s:%d/%s"
            .formatted(database.host(), database.port(), database.database());
    return DriverManager.getConnection(url, database.user(), database.password().reveal());
  }

  static void execute(External database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private External named(String name) {
    return new External(
        maintenance.host(),
        maintenance.port(),
        name,
        maintenance.user(),
        Secret.of(maintenance.password().reveal()),
        maintenance.sslMode(),
        maintenance.sslRootCert());
  }
}
