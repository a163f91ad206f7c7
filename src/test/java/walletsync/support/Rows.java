package walletsync.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Looks at, and changes, what a server has stored. */
public final class Rows {
  private Rows() {}

  /** Changes rows; fails the test unless it was exactly one. */
  public static void change(TestServer server, String sql, Object... parameters) {
    try (Connection connection = TestPostgres.connect(server.database());
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      if (statement.executeUpdate() != 1) {
        throw new AssertionError("Not one row: " + sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** Makes the only wallet of an account one that was stored under another sequence. */
  public static void setSequence(TestServer server, TestAccount account, long sequence) {
    change(
        server,
        """
        WITH v AS (
          UPDATE wallet_versions SET sequence = ?
          WHERE account_id = (SELECT id FROM accounts WHERE email = ?)
          RETURNING account_id, sequence)
        UPDATE wallet_heads h SET sequence = v.sequence FROM v WHERE h.account_id = v.account_id
        """,
        sequence,
        account.email());
  }

  /** The first column of the only row, as text. */
  public static String read(TestServer server, String sql, Object... parameters) {
    try (Connection connection = TestPostgres.connect(server.database());
        PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new AssertionError("No row: " + sql);
      }
      String value = rows.getString(1);
      if (rows.next()) {
        throw new AssertionError("More than one row: " + sql);
      }
      return value;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
