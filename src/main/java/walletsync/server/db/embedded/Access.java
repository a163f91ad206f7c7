package walletsync.server.db.embedded;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.Secret;
import walletsync.server.settings.StartException;

/**
 * The server's role and database. Done anew at every start, since a kill may have come between any
 * two steps of the first one.
 */
final class Access {
  private static final Logger LOG = LoggerFactory.getLogger(Access.class);
  private static final String WRONG_PASSWORD = "28P01";

  private Access() {}

  static void grant(int port, Secret superuserPassword, Secret password, DataFolder folder) {
    LOG.debug("Making sure of role and database");
    try (Connection connection = connect(port, superuserPassword);
        Statement sql = connection.createStatement()) {
      boolean roleExists = exists(sql, "SELECT 1 FROM pg_roles WHERE rolname = 'walletsync'");
      // An ordinary role; the password file has the last word on its password.
      sql.execute(
          """
          %s ROLE walletsync LOGIN
            NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '%s'
          """
              .formatted(roleExists ? "ALTER" : "CREATE", ScramVerifier.of(password)));

      if (!exists(sql, "SELECT 1 FROM pg_database WHERE datname = 'walletsync'")) {
        sql.execute("CREATE DATABASE walletsync OWNER walletsync");
      }
      // By default every role may connect to every database.
      sql.execute("REVOKE ALL ON DATABASE walletsync, postgres, template1 FROM PUBLIC");
    } catch (SQLException e) {
      throw explain(e, folder);
    }
  }

  private static boolean exists(Statement sql, String query) throws SQLException {
    try (ResultSet rows = sql.executeQuery(query)) {
      return rows.next();
    }
  }

  private static Connection connect(int port, Secret superuserPassword) throws SQLException {
    loadDriver();
    Properties properties = new Properties();
    properties.setProperty("user", EmbeddedPostgres.SUPERUSER);
    properties.setProperty("password", superuserPassword.reveal());
    properties.setProperty("connectTimeout", "10"); // seconds, like the next one
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/postgres".formatted(EmbeddedPostgres.HOST, port), properties);
  }

  /** DriverManager finds drivers by itself only once per JVM, which may have been too early. */
  private static void loadDriver() {
    try {
      Class.forName("org.postgresql.Driver");
    } catch (ClassNotFoundException e) {
      throw new StartException("The Postgres JDBC driver is not on the class path", e);
    }
  }

  private static StartException explain(SQLException e, DataFolder folder) {
    if (WRONG_PASSWORD.equals(e.getSQLState())) {
      return new StartException(
          "%s does not fit the data beside it; restore both from the same back-up"
              .formatted(PasswordFile.ofSuperuser(folder).file()),
          e);
    }
    return new StartException(
        "The embedded Postgres in %s runs but cannot be set up: %s (see %s)"
            .formatted(
                folder.root(),
                String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                folder.log().file()),
        e);
  }
}
