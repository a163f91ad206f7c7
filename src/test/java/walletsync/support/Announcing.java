package walletsync.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * Listens to what the processes on a database announce to each other, and can say things itself.
 */
public final class Announcing implements AutoCloseable {
  private static final String CHANNEL = "wallet_sync";

  private final Connection connection;
  private final List<String> texts = new ArrayList<>();

  private Announcing(Connection connection) {
    this.connection = connection;
  }

  /** Listens from now on. */
  public static Announcing on(External database) {
    try {
      Connection connection = TestPostgres.connect(database);
      try (Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + CHANNEL);
      }
      return new Announcing(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Announces as another process would, all of it at once. */
  public void say(String... announcements) {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_notify(?, text) FROM unnest(?::text[]) AS text")) {
      statement.setString(1, CHANNEL);
      statement.setArray(2, connection.createArrayOf("text", announcements));
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was announced so far. */
  public List<String> texts() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1"); // brings along what is waiting
      PGNotification[] news = connection.unwrap(PGConnection.class).getNotifications();
      for (PGNotification one : news == null ? new PGNotification[0] : news) {
        texts.add(one.getParameter());
      }
      return List.copyOf(texts);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The texts that carry a word. */
  public List<String> textsWith(String word) {
    return texts().stream().filter(text -> List.of(text.split(" ", -1)).contains(word)).toList();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
