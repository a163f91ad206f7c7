package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import walletsync.protocol.Secret;
import walletsync.server.db.Jdbc;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.StartException;

/**
 * The embedded Postgres for a command that runs beside the server, or without one: the server's
 * own, where it runs; otherwise one that is started on the folder until {@link #close}.
 */
public final class SharedPostgres implements AutoCloseable {
  /** A server that has just been started, or a first start, takes some seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final External address;
  private final Optional<EmbeddedPostgres> own;

  private SharedPostgres(External address, Optional<EmbeddedPostgres> own) {
    this.address = address;
    this.own = own;
  }

  /** Whether the folder holds a database. */
  public static boolean existsIn(Path dataDir) {
    return Files.isDirectory(new DataFolder(dataDir.toAbsolutePath().normalize()).cluster());
  }

  /**
   * Finds the Postgres of a server that has the folder, or starts one.
   *
   * @throws StartException when neither can be had
   */
  public static SharedPostgres open(EmbeddedPostgres.Options options) {
    try {
      Path lock = DataFolder.open(options.dataDir()).lockFile();
      SharedPostgres[] found = new SharedPostgres[1];
      boolean had =
          Wait.until(
              () -> {
                found[0] =
                    FolderLock.isHeld(lock)
                        ? running(options.dataDir()).orElse(null)
                        : started(options, lock).orElse(null);
                return found[0] != null;
              },
              PATIENCE);
      if (!had) {
        throw new StartException(
            "A server uses %s, but its Postgres does not answer; try again, or stop the server"
                .formatted(options.dataDir()));
      }
      return found[0];
    } catch (IOException e) {
      throw Reason.of(e).at(options.dataDir());
    }
  }

  /** How to connect, with the role of the server. */
  public External address() {
    return address;
  }

  /** Whether it belongs to a server that runs. */
  public boolean isServed() {
    return own.isEmpty();
  }

  /** Stops the Postgres that was started here; leaves that of a server alone. */
  @Override
  public void close() {
    own.ifPresent(EmbeddedPostgres::close);
  }

  private static Optional<SharedPostgres> started(EmbeddedPostgres.Options options, Path lock)
      throws IOException {
    try {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(options);
      return Optional.of(
          new SharedPostgres(at(postgres.port(), postgres.password()), Optional.of(postgres)));
    } catch (StartException e) {
      if (FolderLock.isHeld(lock)) {
        return Optional.empty(); // A server was faster: look for its Postgres.
      }
      throw e;
    }
  }

  private static Optional<SharedPostgres> running(Path dataDir) throws IOException {
    DataFolder folder = new DataFolder(dataDir.toRealPath());
    OptionalInt port = PidFile.in(folder.cluster()).portWhenReady();
    Path password = PasswordFile.ofUser(folder).file();
    if (port.isEmpty() || !Files.exists(password)) {
      return Optional.empty();
    }
    External address = at(port.getAsInt(), PasswordFile.ofUser(folder).readOrCreate(false));
    try {
      Jdbc.connect(address, "wallet-sync-server-command", Duration.ofSeconds(10)).close();
      return Optional.of(new SharedPostgres(address, Optional.empty()));
    } catch (SQLException e) {
      return Optional.empty(); // It is about to start, or to stop.
    }
  }

  /** Where the server's database of an embedded Postgres is. */
  static External at(int port, Secret password) {
    return new External(
        EmbeddedPostgres.HOST,
        port,
        EmbeddedPostgres.DATABASE,
        EmbeddedPostgres.USER,
        password,
        "disable",
        Optional.empty());
  }
}
