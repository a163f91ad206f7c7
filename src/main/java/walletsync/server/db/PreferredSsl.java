package walletsync.server.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.StartException;

/**
 * Settles {@code sslmode=prefer} once, at the start. The reactive client asks a server without TLS
 * for it anew with each connection, and leaves the connection on which that was declined open; such
 * a one keeps a Postgres that is to stop waiting for a minute.
 */
public final class PreferredSsl {
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final String IS_ENCRYPTED =
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  private PreferredSsl() {}

  /** The same address with {@code require} or {@code disable} in place of {@code prefer}. */
  public static External settle(External settings) {
    if (!settings.sslMode().equals("prefer")) {
      return settings;
    }
    try (Connection connection = Jdbc.connect(settings, "wallet-sync-server-ssl", LONGEST);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(IS_ENCRYPTED)) {
      boolean encrypted = rows.next() && rows.getBoolean(1);
      return new External(
          settings.host(),
          settings.port(),
          settings.database(),
          settings.user(),
          settings.password(),
          encrypted ? "require" : "disable",
          settings.sslRootCert());
    } catch (SQLException e) {
      throw new StartException(Jdbc.cannotReach(settings, e), e);
    }
  }
}
