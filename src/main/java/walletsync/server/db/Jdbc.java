package walletsync.server.db;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import walletsync.server.settings.DatabaseSettings;

/** Blocking connections, for what no event loop does: migrations and the operator's commands. */
public final class Jdbc {
  private static final int CONNECT_SECONDS = 5;

  /** How much longer the client waits than the statement may take. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private Jdbc() {}

  /**
   * Connects, with a limit on every wait. It overrules those that the role or the database may set:
   * a short one there must not end a back-up.
   *
   * @param application the name in the database's list of activities
   * @param longest how long one statement may take
   */
  public static Connection connect(
      DatabaseSettings.External settings, String application, Duration longest)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password().reveal());
    properties.setProperty("ApplicationName", application);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        "socketTimeout", String.valueOf(longest.plus(GRACE).toSeconds())); // seconds
    Connection connection = DriverManager.getConnection(url(settings), properties);
    boolean ready = false;
    try (Statement limits = connection.createStatement()) {
      limits.execute("SET statement_timeout = " + longest.toMillis());
      limits.execute("SET lock_timeout = '10s'");
      limits.execute("SET idle_in_transaction_session_timeout = 0");
      ready = true;
    } finally {
      if (!ready) {
        connection.close();
      }
    }
    return connection;
  }

  /** The address, without user and password. */
  static String url(DatabaseSettings.External settings) {
    String url =
        "jdbc:postgresql://%s:%d/%s?connectTimeout=%d&loginTimeout=10&sslmode=%s"
            .formatted(
                settings.host(),
                settings.port(),
                encode(settings.database()),
                CONNECT_SECONDS,
                settings.sslMode());
    return settings
        .sslRootCert()
        .map(f -> url + "&sslrootcert=" + encode(f.toString()))
        .orElse(url);
  }

  /** What an operator is told when no connection can be had. */
  public static String cannotReach(DatabaseSettings.External settings, SQLException reason) {
    return "Cannot reach the database %s:%d/%s as user %s: %s Check DATABASE_URL or the PG settings."
        .formatted(
            settings.host(),
            settings.port(),
            settings.database(),
            settings.user(),
            firstLine(reason));
  }

  /** A failure in one line. */
  public static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
