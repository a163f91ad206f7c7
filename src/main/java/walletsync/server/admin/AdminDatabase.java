package walletsync.server.admin;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import walletsync.server.db.Jdbc;
import walletsync.server.db.Migrations;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.server.db.embedded.SharedPostgres;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * The database that a command works on, while it does: an external one, the embedded one of a
 * server that runs, or the embedded one started for as long as the command takes.
 */
final class AdminDatabase implements AutoCloseable {
  /** The servers' name in the database's list of activities is another. */
  static final String APPLICATION = "wallet-sync-server-command";

  private final External address;
  private final Optional<SharedPostgres> embedded;

  private AdminDatabase(External address, Optional<SharedPostgres> embedded) {
    this.address = address;
    this.embedded = embedded;
    // Ctrl-C must not leave a Postgres behind.
    embedded.ifPresent(
        postgres -> Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "stop")));
  }

  /** The database as it is; never makes one. */
  static AdminDatabase open(DatabaseSettings settings) {
    if (settings instanceof DatabaseSettings.Embedded embedded
        && !SharedPostgres.existsIn(embedded.dataDir())) {
      throw new CommandFailedException(
          "There is no database in %s; set DATA_DIR, or name the settings file with --conf"
              .formatted(embedded.dataDir().toAbsolutePath().normalize()));
    }
    return openOrMake(settings);
  }

  /** The same, but the embedded one is made if it does not exist. */
  static AdminDatabase openOrMake(DatabaseSettings settings) {
    if (settings instanceof DatabaseSettings.Embedded embedded) {
      SharedPostgres postgres =
          SharedPostgres.open(
              new EmbeddedPostgres.Options(
                  embedded.dataDir(), true, embedded.osUser(), embedded.connections()));
      return new AdminDatabase(postgres.address(), Optional.of(postgres));
    }
    return new AdminDatabase((External) settings, Optional.empty());
  }

  External address() {
    return address;
  }

  /** Whether a server is known to run on it: certain for the embedded one only. */
  boolean isServed() {
    return embedded.map(SharedPostgres::isServed).orElse(false);
  }

  /**
   * Connects.
   *
   * @param longest how long one statement may take
   */
  Connection connect(Duration longest) {
    return connect(address, longest);
  }

  static Connection connect(External address, Duration longest) {
    try {
      return Jdbc.connect(address, APPLICATION, longest);
    } catch (SQLException e) {
      throw new CommandFailedException(Jdbc.cannotReach(address, e), e);
    }
  }

  /** Refuses a schema of another release: the commands' statements are made for this one's. */
  AdminDatabase withCurrentSchema() {
    Migrations.Version version = Migrations.version(address);
    if (!version.isCurrent()) {
      close();
      refuseNewer(version);
      throw new CommandFailedException(
          "The database's schema is %s, this release needs %s; start this release's server once"
              .formatted(version.found().orElse("missing"), version.newest()));
    }
    return this;
  }

  /** Fails where a later release has made, or changed, the schema. */
  static void refuseNewer(Migrations.Version version) {
    if (version.isOfNewerRelease()) {
      throw new CommandFailedException(
          "The database belongs to a newer release (schema %s, known here is %s); use that one"
              .formatted(version.found().orElse("none"), version.newest()));
    }
  }

  @Override
  public void close() {
    embedded.ifPresent(SharedPostgres::close);
  }
}
