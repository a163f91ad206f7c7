package walletsync.server.db;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.StartException;

/**
 * Brings the schema up to date, by Flyway, from {@code db/migration}. Several processes may do this
 * at once: an advisory lock lets one work while the others wait, and then find nothing to do.
 */
public final class Migrations {
  private static final int OLDEST_POSTGRES = 15;

  private Migrations() {}

  /**
   * Migrates, blocking.
   *
   * @throws StartException when the database cannot be reached, is too old, or a migration fails
   */
  public static void run(DatabaseSettings.External settings) {
    String address = settings.host() + ":" + settings.port() + "/" + settings.database();
    checkServer(settings, address);
    try {
      Flyway.configure()
          .dataSource(jdbcUrl(settings), settings.user(), settings.password().reveal())
          .locations("classpath:db/migration")
          .lockRetryCount(60)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StartException(
          "Cannot bring the schema of the database " + address + " up to date: " + firstLine(e), e);
    }
  }

  private static void checkServer(DatabaseSettings.External settings, String address) {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password().reveal());
    try (Connection connection = DriverManager.getConnection(jdbcUrl(settings), properties)) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      if (version < OLDEST_POSTGRES) {
        throw new StartException(
            "The database " + address + " is Postgres " + version + "; 15 or newer is needed.");
      }
    } catch (SQLException e) {
      throw new StartException(
          "Cannot reach the database "
              + address
              + " as user "
              + settings.user()
              + ": "
              + firstLine(e)
              + " Check DATABASE_URL or the PG settings.",
          e);
    }
  }

  private static String jdbcUrl(DatabaseSettings.External settings) {
    String url =
        "jdbc:postgresql://"
            + settings.host()
            + ":"
            + settings.port()
            + "/"
            + encode(settings.database())
            + "?connectTimeout=5&loginTimeout=10&socketTimeout=120&ApplicationName=wallet-sync-server-migrations"
            + "&sslmode="
            + settings.sslMode();
    return settings
        .sslRootCert()
        .map(f -> url + "&sslrootcert=" + encode(f.toString()))
        .orElse(url);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
