package walletsync.server.admin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.db.Migrations;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * Puts a back-up into a database. Everything is made ready in a schema beside the real one: the
 * tables as the back-up's release had them, the rows, this release's migrations, the check of the
 * whole. Then one short transaction exchanges the tables. Until it commits, and wherever this is
 * killed, the database is what it was; what lies about then is deleted by the next restore.
 */
final class Restore {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
  private static final String STAGING = "wallet_sync_restore";
  private static final Duration LONGEST = Duration.ofHours(12);

  private static final String SERVERS =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'wallet-sync-server'
      """;

  /** Of the session, so that it is free again wherever this ends. */
  private static final String LOCK = "SELECT pg_try_advisory_lock(hashtext(?))::int";

  private static final String STAGED =
      """
      SELECT relname FROM pg_class
      WHERE relnamespace = ?::regnamespace AND relkind = 'r' ORDER BY relname
      """;

  private static final String EXISTS =
      """
      SELECT count(*) FROM pg_class
      WHERE relnamespace = ?::regnamespace AND relkind = 'r' AND relname = ?
      """;

  private final External database;
  private final BackupFile file;
  private final Options options;

  private Restore(External database, BackupFile file, Options options) {
    this.database = database;
    this.file = file;
    this.options = options;
  }

  /**
   * What an operator allows.
   *
   * @param replace whether a database that holds accounts may be replaced
   * @param keepSessions whether devices stay logged in
   * @param despiteFindings whether a back-up may be restored whose content is not consistent
   */
  record Options(boolean replace, boolean keepSessions, boolean despiteFindings) {}

  /**
   * Restores, or changes nothing.
   *
   * @param file a verified back-up
   * @return what was broken in the back-up, where that was allowed
   * @throws CommandFailedException when file or database do not allow it
   */
  static List<Check.Result> run(External database, BackupFile file, Options options)
      throws SQLException {
    return new Restore(database, file, options).run();
  }

  private List<Check.Result> run() throws SQLException {
    Migrations.Version version = Migrations.version(database);
    AdminDatabase.refuseNewer(version);
    String theirs = file.manifest().schemaVersion();
    if (Migrations.isNewer(theirs, version.newest())) {
      throw new CommandFailedException(
          "The back-up is of a newer release (schema %s, known here is %s); use that one"
              .formatted(theirs, version.newest()));
    }
    try (Connection holder = AdminDatabase.connect(database, LONGEST)) {
      if (Sql.number(holder, LOCK, STAGING) != 1) {
        throw new CommandFailedException("Another restore into this database is under way");
      }
      String schema = Sql.texts(holder, "SELECT current_schema()").get(0);
      refuseUnlessReplaceable(holder, schema, Schema.KEPT);
      try {
        Sql.execute(holder, "DROP SCHEMA IF EXISTS " + STAGING + " CASCADE");
        Sql.execute(holder, "CREATE SCHEMA " + STAGING);
        Migrations.run(database, STAGING, theirs);
        copy();
        Migrations.run(database, STAGING, version.newest());
        List<Check.Result> broken = check();
        exchange(holder, schema);
        analyze(holder, schema);
        return broken;
      } finally {
        discard(holder);
      }
    }
  }

  private Connection staging() throws SQLException {
    Connection connection = AdminDatabase.connect(database, LONGEST);
    Sql.execute(connection, "SET search_path = " + STAGING);
    return connection;
  }

  private void copy() throws SQLException {
    try (Connection connection = staging()) {
      Sql.transaction(
          connection,
          () -> {
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            for (Manifest.Table table : file.manifest().tables()) {
              refuseUnknown(connection, table);
              if (options.keepSessions() || !Schema.SESSIONS.contains(table.name())) {
                copy(copies, table);
              }
            }
            for (Manifest.Sequence sequence : file.manifest().sequences()) {
              goOnAfter(connection, sequence);
            }
            return true;
          });
    }
  }

  private void copy(CopyManager copies, Manifest.Table table) throws SQLException {
    CountingDigest digest = new CountingDigest();
    String sql =
        "COPY %s (%s) FROM STDIN (FORMAT text, ENCODING 'UTF8')"
            .formatted(Sql.quote(table.name()), Backup.quoted(table.columns()));
    try (InputStream rows = digest.over(new BufferedInputStream(file.rows(table), 1 << 16))) {
      long copied = copies.copyIn(sql, rows, 1 << 16);
      rows.transferTo(OutputStream.nullOutputStream());
      // The file was verified before, but is read again, and may have been changed meanwhile.
      file.demand(table, digest);
      if (copied != table.rows()) {
        throw new IllegalArgumentException("the database took other rows than there are");
      }
    } catch (ZipException | IllegalArgumentException e) {
      throw file.damaged(e);
    } catch (IOException e) {
      throw new CommandFailedException("Cannot read the back-up: " + FileReason.of(e), e);
    }
  }

  /** The schema of that version is known here, so a column that it lacks is not of that release. */
  private void refuseUnknown(Connection connection, Manifest.Table table) throws SQLException {
    if (!Schema.tables(connection).contains(table.name())
        || !Schema.columns(connection, table.name()).containsAll(table.columns())) {
      throw new CommandFailedException(
          "The back-up has a table or column in '%s' that schema %s does not know"
              .formatted(table.name(), file.manifest().schemaVersion()));
    }
  }

  private static void goOnAfter(Connection connection, Manifest.Sequence sequence)
      throws SQLException {
    String sql =
        """
        SELECT setval(pg_get_serial_sequence(?, ?)::regclass, last)
        FROM (SELECT greatest(?::bigint, (SELECT max(%s) FROM %s)) AS last) l WHERE last > 0
        """
            .formatted(Sql.quote(sequence.column()), Sql.quote(sequence.table()));
    Sql.each(connection, sql, row -> {}, sequence.table(), sequence.column(), sequence.last());
  }

  private List<Check.Result> check() throws SQLException {
    List<Check.Result> broken;
    try (Connection connection = staging()) {
      broken = Check.run(connection).stream().filter(result -> !result.holds()).toList();
    }
    if (!broken.isEmpty() && !options.despiteFindings()) {
      throw new CommandFailedException(
          "The database was damaged when it was backed up: \"%s\" is not so (%s). Nothing was changed; --despite-findings restores it all the same."
              .formatted(
                  broken.get(0).name(),
                  broken.get(0).shown().stream().findFirst().orElse("no example")));
    }
    return broken;
  }

  /** The only step that touches what was there before. */
  private void exchange(Connection holder, String schema) throws SQLException {
    Sql.transaction(
        holder,
        () -> {
          List<String> tables = Sql.texts(holder, STAGED, STAGING);
          List<String> old =
              tables.stream().filter(table -> exists(holder, schema, table)).toList();
          if (!old.isEmpty()) {
            // Nobody signs up between the question whether it is empty and the exchange.
            Sql.execute(holder, "LOCK TABLE " + named(schema, old) + " IN ACCESS EXCLUSIVE MODE");
            refuseUnlessReplaceable(holder, schema, Schema.KEPT);
            Sql.execute(holder, "DROP TABLE " + named(schema, old));
          }
          for (String table : tables) {
            Sql.execute(
                holder,
                "ALTER TABLE "
                    + named(STAGING, List.of(table))
                    + " SET SCHEMA "
                    + Sql.quote(schema));
          }
          // Fails if a migration made anything else that should have moved.
          Sql.execute(holder, "DROP SCHEMA " + STAGING);
          return true;
        });
  }

  /** So that the first statements are not planned blindly. It is restored without that, too. */
  private static void analyze(Connection holder, String schema) {
    try {
      Sql.execute(holder, "ANALYZE " + named(schema, Schema.KEPT));
    } catch (SQLException e) {
      LOG.debug("ANALYZE failed", e);
    }
  }

  private void refuseUnlessReplaceable(Connection connection, String schema, List<String> tables)
      throws SQLException {
    if (Sql.number(connection, SERVERS) > 0) {
      throw new CommandFailedException(
          "A server is connected to the database; stop every server, then restore");
    }
    for (String table : tables) {
      if (!options.replace()
          && exists(connection, schema, table)
          && Sql.number(
                  connection,
                  "SELECT EXISTS (SELECT FROM " + named(schema, List.of(table)) + ")::int")
              == 1) {
        throw new CommandFailedException(
            "The database holds accounts already; --replace deletes them, in favour of the back-up's");
      }
    }
  }

  private static boolean exists(Connection connection, String schema, String table) {
    try {
      return Sql.number(connection, EXISTS, Sql.quote(schema), table) == 1;
    } catch (SQLException e) {
      throw new CommandFailedException("Cannot read the database's catalog", e);
    }
  }

  private static void discard(Connection holder) {
    try {
      Sql.execute(holder, "DROP SCHEMA IF EXISTS " + STAGING + " CASCADE");
    } catch (SQLException e) {
      LOG.debug("What was made ready is left over; the next restore deletes it", e);
    }
  }

  private static String named(String schema, List<String> tables) {
    return String.join(
        ", ", tables.stream().map(t -> Sql.quote(schema) + "." + Sql.quote(t)).toList());
  }
}
