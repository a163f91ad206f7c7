package walletsync.server.admin;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import walletsync.server.db.Migrations;

/**
 * The tables of the server. They are named here, not read from the catalog, as the operator's
 * database may hold tables of others; a test sees to it that none of ours is forgotten.
 */
final class Schema {
  /** What a back-up holds, each table after those that it refers to. */
  static final List<String> KEPT =
      List.of("accounts", "wallet_heads", "wallet_versions", "auth_tokens");

  /** Those of {@link #KEPT} that are only restored when that is asked for. */
  static final Set<String> SESSIONS = Set.of("auth_tokens");

  /** What is in no back-up, since it may be lost at any time. */
  static final Set<String> TRANSIENT = Set.of("websocket_tickets", "verification_links");

  private static final String EXISTS =
      """
      SELECT count(*) FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ?
      """;

  private static final String COLUMNS =
      """
      SELECT attname FROM pg_attribute
      WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      ORDER BY attnum
      """;

  private static final String IDENTITY_COLUMNS =
      """
      SELECT a.attname,
             coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, a.attname)::regclass), 0)
      FROM pg_attribute a
      WHERE a.attrelid = ?::regclass AND a.attidentity <> '' AND NOT a.attisdropped
      """;

  private Schema() {}

  /** Those of {@link #KEPT} that there are: an older schema may have fewer. */
  static List<String> tables(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    for (String table : KEPT) {
      if (Sql.number(connection, EXISTS, table) == 1) {
        tables.add(table);
      }
    }
    return tables;
  }

  /** The columns of a table that are stored and not computed. */
  static List<String> columns(Connection connection, String table) throws SQLException {
    return Sql.texts(connection, COLUMNS, table);
  }

  /** The sequences of all identity columns. */
  static List<Manifest.Sequence> sequences(Connection connection) throws SQLException {
    List<Manifest.Sequence> sequences = new ArrayList<>();
    for (String table : tables(connection)) {
      Sql.each(
          connection,
          IDENTITY_COLUMNS,
          row -> sequences.add(new Manifest.Sequence(table, row.getString(1), row.getLong(2))),
          table,
          table);
    }
    return sequences;
  }

  /** The version of the schema; there once a server has migrated. */
  static String version(Connection connection) throws SQLException {
    return Sql.texts(
            connection,
            "SELECT version FROM "
                + Migrations.HISTORY_TABLE
                + " WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1")
        .stream()
        .findFirst()
        .orElseThrow();
  }
}
