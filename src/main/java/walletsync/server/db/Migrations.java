package walletsync.server.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.StartException;

/**
 * Brings the schema up to date, by Flyway, from {@code db/migration}. Several processes may do this
 * at once: an advisory lock lets one work while the others wait, and then find nothing to do.
 */
public final class Migrations {
  /** The table in which the versions of the schema are written down. */
  public static final String HISTORY_TABLE = "flyway_schema_history";

  /** The version of the last file in {@code db/migration}. */
  static final String NEWEST = "4";

  private static final int OLDEST_POSTGRES = 15;

  /** The schema is the one that Flyway works on, whatever else the search path holds. */
  private static final String HAS_HISTORY =
      "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = '"
          + HISTORY_TABLE
          + "'";

  private static final String HISTORY =
      "SELECT version, success FROM " + HISTORY_TABLE + " WHERE version IS NOT NULL";

  private Migrations() {}

  /**
   * How a database's schema and this release fit.
   *
   * @param found the version of the schema; empty where there is none
   * @param newest the version that this release needs
   */
  public record Version(Optional<String> found, String newest) {
    /** Whether a later release made, or changed, the schema. */
    public boolean isOfNewerRelease() {
      return found.filter(version -> isNewer(version, newest)).isPresent();
    }

    /** Whether the schema is the one that this release works on. */
    public boolean isCurrent() {
      return found.equals(Optional.of(newest));
    }
  }

  /**
   * Migrates, blocking. Where nothing is left to do, as at most starts, Flyway is not asked: to
   * load it and let it look takes a good part of a start, and a lock that starting neighbours wait
   * for.
   *
   * @throws StartException when the database cannot be reached, is too old, or a migration fails
   */
  public static void run(DatabaseSettings.External settings) {
    if (!isDone(settings)) {
      migrate(settings, configuration(settings));
    }
  }

  /**
   * Migrates a schema beside the usual one, up to a version.
   *
   * @param schema an existing schema of the database
   * @param version as in {@link Version}
   */
  public static void run(DatabaseSettings.External settings, String schema, String version) {
    checkServer(settings);
    migrate(
        settings,
        configuration(settings).defaultSchema(schema).createSchemas(false).target(version));
  }

  /** Reads how schema and release fit; changes nothing. */
  public static Version version(DatabaseSettings.External settings) {
    checkServer(settings);
    try {
      var info = configuration(settings).load().info();
      MigrationInfo current = info.current();
      return new Version(
          Optional.ofNullable(current == null ? null : current.getVersion().getVersion()),
          // The class path's own, not those that only the database knows.
          Arrays.stream(info.all())
              .filter(migration -> migration.getState().isResolved())
              .map(MigrationInfo::getVersion)
              .max(MigrationVersion::compareTo)
              .orElseThrow()
              .getVersion());
    } catch (FlywayException e) {
      throw new StartException(
          "Cannot read the schema's version of the database " + address(settings) + ": " + line(e),
          e);
    }
  }

  /** Whether one version of the schema is newer than another. */
  public static boolean isNewer(String version, String than) {
    return MigrationVersion.fromVersion(version).isNewerThan(than);
  }

  private static void migrate(DatabaseSettings.External settings, FluentConfiguration flyway) {
    try {
      flyway.load().migrate();
    } catch (FlywayException e) {
      throw new StartException(
          "Cannot bring the schema of the database "
              + address(settings)
              + " up to date: "
              + line(e),
          e);
    }
  }

  private static FluentConfiguration configuration(DatabaseSettings.External settings) {
    return Flyway.configure()
        .dataSource(
            Jdbc.url(settings) + "&socketTimeout=120&ApplicationName=wallet-sync-server-migrations",
            settings.user(),
            settings.password().reveal())
        .locations("classpath:db/migration")
        .lockRetryCount(60);
  }

  private static void checkServer(DatabaseSettings.External settings) {
    try (Connection connection = connect(settings)) {
      connection.clearWarnings();
    } catch (SQLException e) {
      throw new StartException(Jdbc.cannotReach(settings, e), e);
    }
  }

  /** Connects to a server that is new enough. */
  private static Connection connect(DatabaseSettings.External settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password().reveal());
    properties.setProperty("socketTimeout", "120");
    Connection connection = DriverManager.getConnection(Jdbc.url(settings), properties);
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST_POSTGRES) {
      connection.close();
      throw new StartException(
          "The database %s is Postgres %d; %d or newer is needed."
              .formatted(address(settings), version, OLDEST_POSTGRES));
    }
    return connection;
  }

  private static boolean isDone(DatabaseSettings.External settings) {
    try (Connection connection = connect(settings)) {
      return isDone(connection);
    } catch (SQLException e) {
      throw new StartException(Jdbc.cannotReach(settings, e), e);
    }
  }

  /** Whether this release's newest migration, or a later release's, is done and none has failed. */
  private static boolean isDone(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet history = statement.executeQuery(HAS_HISTORY)) {
        if (!history.next()) {
          return false;
        }
      }
      boolean newest = false;
      try (ResultSet migrations = statement.executeQuery(HISTORY)) {
        while (migrations.next()) {
          if (!migrations.getBoolean("success")) {
            return false;
          }
          newest |= migrations.getString("version").equals(NEWEST);
        }
      }
      return newest;
    } catch (SQLException e) {
      return false; // Flyway will meet it too, and says what it is
    }
  }

  private static String address(DatabaseSettings.External settings) {
    return settings.host() + ":" + settings.port() + "/" + settings.database();
  }

  private static String line(FlywayException e) {
    return Jdbc.firstLine(e);
  }
}
