package walletsync.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import walletsync.server.settings.DatabaseSettings.External;

/** Looks, and reaches, behind the API: one statement on a connection of its own. */
public final class Sql {
  private Sql() {}

  /** Runs a statement that returns no rows; parameters stand as {@code ?}. */
  public static int update(External database, String sql, Object... parameters) {
    try (Connection connection = TestPostgres.connect(database);
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The rows' columns as text, joined by a bar. */
  public static List<String> rows(External database, String sql, Object... parameters) {
    try (Connection connection = TestPostgres.connect(database);
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet result = statement.executeQuery()) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          columns.add(result.getString(i));
        }
        rows.add(String.join("|", columns));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The number in the only column of the only row. */
  public static long number(External database, String sql, Object... parameters) {
    return Long.parseLong(rows(database, sql, parameters).get(0));
  }

  static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
