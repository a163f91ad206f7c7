package walletsync.server.db.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** SQL in one line. */
final class Sql {
  private Sql() {}

  static Connection connect(
      EmbeddedPostgres postgres, String database, String user, @Nullable String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("connectTimeout", "10");
    String url = "jdbc:postgresql://%s:%d/%s".formatted(postgres.host(), postgres.port(), database);
    return DriverManager.getConnection(url, properties);
  }

  static Connection asUser(EmbeddedPostgres postgres) throws SQLException {
    return connect(postgres, postgres.database(), postgres.user(), postgres.password().reveal());
  }

  static Connection asSuperuser(EmbeddedPostgres postgres) throws SQLException {
    return connect(
        postgres, "postgres", postgres.superuser(), postgres.superuserPassword().reveal());
  }

  static String show(EmbeddedPostgres postgres, String setting) throws SQLException {
    try (Connection connection = asSuperuser(postgres)) {
      return value(connection, "SHOW " + setting);
    }
  }

  static void execute(EmbeddedPostgres postgres, String statement) throws SQLException {
    try (Connection connection = asUser(postgres);
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  static String value(EmbeddedPostgres postgres, String query) throws SQLException {
    try (Connection connection = asUser(postgres)) {
      return value(connection, query);
    }
  }

  static String value(Connection connection, String query) throws SQLException {
    try (Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
