package walletsync.server.admin;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements of a few lines in one line. */
final class Sql {
  /** So that no result, however long, is held in memory as a whole; needs a transaction. */
  private static final int ROWS_AT_A_TIME = 500;

  private Sql() {}

  /** Work on a row. */
  interface RowWork {
    void accept(ResultSet row) throws SQLException;
  }

  /** Work in a transaction. */
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Reads rows one by one. */
  static void each(Connection connection, String sql, RowWork work, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      statement.setFetchSize(ROWS_AT_A_TIME);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          work.accept(rows);
        }
      }
    }
  }

  /** The number in the only row; 0 where there is none. */
  static long number(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    long[] number = {0};
    each(connection, sql, row -> number[0] = row.getLong(1), parameters);
    return number[0];
  }

  /** The first column of all rows. */
  static List<String> texts(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    List<String> texts = new ArrayList<>();
    each(connection, sql, row -> texts.add(row.getString(1)), parameters);
    return texts;
  }

  /** How many rows were changed. */
  static int update(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  /** Runs a statement that has no parameters. */
  static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  /** Runs a transaction, and rolls it back if it fails. */
  static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    boolean done = false;
    try {
      T result = work.run();
      connection.commit();
      done = true;
      return result;
    } finally {
      if (!done) {
        rollBack(connection);
      }
      if (done) {
        connection.setAutoCommit(true);
      }
    }
  }

  /** Reads everything as it was at one moment, and can change nothing. */
  static <T> T snapshot(Connection connection, Work<T> work) throws SQLException {
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return transaction(connection, work);
  }

  /** A name of the catalog or of a back-up, as it may stand in a statement. */
  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // It is broken, and so has rolled back. What it failed with says more.
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
