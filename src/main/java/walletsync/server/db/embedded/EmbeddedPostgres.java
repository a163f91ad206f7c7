package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.Secret;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.StartException;

/**
 * A Postgres server that belongs to this process: it runs from {@link #start} to {@link #close} on
 * one data folder, listens on the loopback address only, and lets nobody in without a password.
 *
 * <p>It outlives a {@code kill -9} of this process (its data, that is): the next start on the same
 * folder stops what was left running and comes up with every committed row. It also ignores the
 * Ctrl-C that ends this process, so that connections can be drained before {@link #close}.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  static final String HOST = "127.0.0.1";
  static final String SUPERUSER = "postgres";
  static final String USER = "walletsync";
  static final String DATABASE = "walletsync";

  private final DataFolder folder;
  private final FolderLock lock;
  private final int port;
  private final Secret password;
  private final Secret superuserPassword;
  private volatile boolean closed;

  private EmbeddedPostgres(
      DataFolder folder, FolderLock lock, int port, Secret password, Secret superuserPassword) {
    this.folder = folder;
    this.lock = lock;
    this.port = port;
    this.password = password;
    this.superuserPassword = superuserPassword;
  }

  /**
   * What to run, and where.
   *
   * @param dataDir the folder that holds everything; made if it does not exist
   * @param durable false only for tests: faster, but a crash of the machine may lose or break data
   * @param osUser the account that runs Postgres when this process is root, which Postgres itself
   *     refuses to be; empty for the owner of existing data, or else the first that exists of
   *     {@code walletsync}, {@code postgres} and {@code nobody}. Ignored when this process is an
   *     ordinary user
   * @param maxConnections how many connections Postgres accepts, three of them for the superuser
   */
  public record Options(
      Path dataDir, boolean durable, Optional<String> osUser, int maxConnections) {

    /** Refuses a number of connections that Postgres could not start with. */
    public Options {
      dataDir = dataDir.toAbsolutePath().normalize();
      if (maxConnections < 5 || maxConnections > 10_000) {
        throw new IllegalArgumentException("maxConnections must be 5 to 10000");
      }
    }

    /** Durable, with the account chosen by itself and 100 connections. */
    public static Options of(Path dataDir) {
      return new Options(dataDir, true, Optional.empty(), 100);
    }
  }

  /**
   * Starts Postgres on its folder and waits until it answers. Blocks: some seconds the first time
   * on a folder, well under one second later, longer when a crash left much to replay.
   *
   * @throws StartException when it cannot: one line that says what is wrong and what to do. Nothing
   *     is left running then, and the folder is as usable as before
   */
  public static EmbeddedPostgres start(Options options) {
    return start(options, options.dataDir(), FreePort::find);
  }

  /** For tests, which share unpacked binaries and make ports collide. */
  static EmbeddedPostgres start(Options options, Path binariesHome, IntSupplier ports) {
    Archive archive = Archive.ofThisSystem();
    try {
      DataFolder folder = DataFolder.open(options.dataDir());
      FolderLock lock = FolderLock.take(folder.lockFile());
      boolean running = false;
      try {
        EmbeddedPostgres started = startLocked(options, folder, lock, archive, binariesHome, ports);
        running = true;
        return started;
      } finally {
        if (!running) {
          lock.release();
        }
      }
    } catch (IOException e) {
      throw Reason.of(e).at(options.dataDir());
    }
  }

  private static EmbeddedPostgres startLocked(
      Options options,
      DataFolder folder,
      FolderLock lock,
      Archive archive,
      Path binariesHome,
      IntSupplier ports)
      throws IOException {
    boolean first = !Files.exists(folder.cluster());
    if (first) {
      LOG.info("Preparing the embedded Postgres in {} …", folder.root());
    }
    RunningPostmaster.stop(folder.cluster());
    folder.deleteLeftovers();

    Binaries binaries = Binaries.unpack(archive, binariesHome, options.durable());
    Optional<Account> account = Account.forPostgres(options.osUser(), folder.cluster());
    folder.closeToOthers(account);
    Launcher launcher = Launcher.choose(account, folder, binaries);

    Cluster cluster = new Cluster(folder, binaries, launcher, account);
    if (!first) {
      cluster.check();
    }
    Secret superuserPassword = PasswordFile.ofSuperuser(folder).readOrCreate(first);
    Secret password = PasswordFile.ofUser(folder).readOrCreate(true);
    if (first) {
      cluster.create(superuserPassword, options.durable());
    }

    boolean usable = false;
    int port;
    try {
      port = new Postmaster(folder, binaries, launcher).start(options, ports);
      Access.grant(port, superuserPassword, password, folder);
      usable = true;
    } finally {
      if (!usable) {
        RunningPostmaster.stop(folder.cluster());
      }
    }
    LOG.info("Embedded Postgres {} is up on {}:{}", binaries.version(), HOST, port);
    return new EmbeddedPostgres(folder, lock, port, password, superuserPassword);
  }

  /** All that one needs to connect to {@link #database} as {@link #user}. */
  public DatabaseSettings.External address() {
    return SharedPostgres.at(port, password);
  }

  /** The address it listens on: always the loopback one. */
  public String host() {
    return HOST;
  }

  /** The port it listens on, another one after every start. */
  public int port() {
    return port;
  }

  /** The database of the server. */
  public String database() {
    return DATABASE;
  }

  /** The role that owns {@link #database} and may do nothing else. */
  public String user() {
    return USER;
  }

  /** The password of {@link #user}. */
  public Secret password() {
    return password;
  }

  /** The role that may do everything; for back-ups, and for tests that make databases. */
  public String superuser() {
    return SUPERUSER;
  }

  /** The password of {@link #superuser}. */
  public Secret superuserPassword() {
    return superuserPassword;
  }

  /** The folder that holds everything, as a real path. */
  public Path dataDir() {
    return folder.root();
  }

  /** The file with what Postgres says. */
  public Path logFile() {
    return folder.log().file();
  }

  /**
   * Tells of an end that nobody has asked for by {@link #close}: a crash from which Postgres does
   * not recover by itself, as with a full disk, or somebody who killed it. To close and to start
   * again is all that helps then.
   *
   * @param ended is called within a second, on a thread of its own
   */
  public void watch(Runnable ended) {
    try {
      OptionalLong pid = PidFile.in(folder.cluster()).pid();
      if (pid.isPresent() && ProcessTable.isPostmaster(pid.getAsLong(), folder.cluster())) {
        PostmasterWatch.begin(pid.getAsLong(), () -> closed, ended);
        return;
      }
    } catch (IOException e) {
      LOG.debug("No look at the embedded Postgres", e);
    }
    LOG.warn("The embedded Postgres cannot be watched: its end would go unnoticed");
  }

  /**
   * Stops Postgres and gives the folder free. Blocks, but not forever: what a fast shutdown has not
   * ended in 30 seconds is ended as a crash would, without loss. Does nothing the second time.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      RunningPostmaster.stop(folder.cluster());
      LOG.info("Embedded Postgres in {} is stopped", folder.root());
    } catch (IOException | StartException e) {
      // The next start tries again, so this must not disturb the rest of a shutdown.
      LOG.warn("The embedded Postgres in {} did not stop: {}", folder.root(), e.getMessage());
    } finally {
      lock.release();
    }
  }
}
