package walletsync.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
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
 * The Postgres under load. The accounts are put into it by SQL, tokens included, so that no password
 * is hashed; every database that was made here is dropped at the end.
 */
final class BenchDatabase implements AutoCloseable {
  private static final String ACCOUNTS =
      """
      INSERT INTO accounts (email, email_normalized, email_key, password_hash, client_salt_seed, verified)
      SELECT e, e, sha256(e::bytea), '', repeat('0', 64), true
      FROM generate_series(1, %d) n, LATERAL (SELECT 'bench' || n || '@example.com' AS e) email
      ORDER BY n
      """;
  private static final String HEADS =
      "INSERT INTO wallet_heads (account_id, sequence) SELECT id, 1 FROM accounts";
  private static final String WALLETS =
      """
      INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
      SELECT id, 1, 1, 'first', 'hmac' FROM accounts
      """;
  private static final String TOKENS =
      """
      INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
      SELECT a.id, sha256(d::text::bytea), d::text,
             sha256(encode(sha256(convert_to('bench ' || a.n || ' ' || d, 'UTF8')), 'hex')::bytea),
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
        EmbeddedPostgres.start(EmbeddedPostgres.Options.of(Path.of("target", "bench-postgres")));
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

  /** A new database with the schema and these accounts, each with a wallet of sequence 1. */
  External filled(int accounts, int devices) throws SQLException {
    External database = named(prefix + ++databases);
    execute(maintenance, "CREATE DATABASE " + database.database());
    Migrations.run(database);
    execute(
        database,
        ACCOUNTS.formatted(accounts),
        HEADS,
        WALLETS,
        TOKENS.formatted(devices),
        "VACUUM ANALYZE");
    return database;
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

  private static void execute(External database, String... statements) throws SQLException {
    String url =
        "jdbc:postgresql://%s:%d/%s"
            .formatted(database.host(), database.port(), database.database());
    try (Connection connection =
            DriverManager.getConnection(url, database.user(), database.password().reveal());
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
