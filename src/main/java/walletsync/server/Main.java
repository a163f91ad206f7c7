package walletsync.server;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.db.Migrations;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.Settings;
import walletsync.server.settings.StartException;

/**
 * The server's process: reads the settings, starts the embedded database where none is given,
 * brings the schema up to date, serves, and on SIGINT or SIGTERM stops all of that in turn.
 *
 * <p>Exit codes: 0 or that of the signal after serving, 1 when it could not start, 2 for a wrong
 * command line.
 */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int START_SECONDS = 60;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
  private static final String USAGE =
      """
      Usage: wallet-sync-server [--conf FILE]

        --conf FILE   read settings from a file of NAME=value lines; environment variables win

      conf/server.properties lists every setting.
      """;

  private final AtomicReference<@Nullable EmbeddedPostgres> embedded = new AtomicReference<>();
  private final AtomicReference<@Nullable Server> server = new AtomicReference<>();

  /** How long a stop may take: websockets close first, one by one. */
  private volatile Duration stopWithin = STOP_PATIENCE;

  private Main() {}

  /** Serves until the process is told to stop. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--help")) {
      System.out.print(USAGE);
      return;
    }
    if (args.length != 0 && !(args.length == 2 && args[0].equals("--conf"))) {
      System.err.print(USAGE);
      System.exit(2);
    }
    Optional<Path> conf = args.length == 2 ? Optional.of(Path.of(args[1])) : Optional.empty();
    Main main = new Main();
    Runtime.getRuntime().addShutdownHook(new Thread(main::stop, "stop"));
    try {
      main.run(conf, System.out);
    } catch (StartException e) {
      LOG.debug("Start failed", e);
      System.err.println("wallet-sync-server cannot start: " + e.getMessage());
      System.exit(1);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      LOG.debug("Start failed", e);
      System.err.println("wallet-sync-server cannot start: " + e);
      System.exit(1);
    }
  }

  private void run(Optional<Path> conf, PrintStream out)
      throws ExecutionException, TimeoutException, InterruptedException {
    Settings settings = Settings.load(System.getenv(), conf);
    stopWithin = settings.push().drain().plus(STOP_PATIENCE);
    DatabaseSettings.External database = database(settings);
    Migrations.run(database);
    try {
      Server started =
          Server.start(settings, database)
              .toCompletionStage()
              .toCompletableFuture()
              .get(START_SECONDS, TimeUnit.SECONDS);
      server.set(started);
      out.print(Greeting.of(settings, started.port(), conf));
      out.flush();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StartException reason) {
        throw reason;
      }
      throw e;
    }
  }

  private DatabaseSettings.External database(Settings settings) {
    if (settings.database() instanceof DatabaseSettings.External external) {
      return external;
    }
    DatabaseSettings.Embedded wanted = (DatabaseSettings.Embedded) settings.database();
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            new EmbeddedPostgres.Options(
                wanted.dataDir(), true, wanted.osUser(), 2 * settings.databasePoolSize() + 10));
    embedded.set(postgres);
    return new DatabaseSettings.External(
        postgres.host(),
        postgres.port(),
        postgres.database(),
        postgres.user(),
        postgres.password(),
        "disable",
        Optional.empty());
  }

  private void stop() {
    Server serving = server.getAndSet(null);
    if (serving != null) {
      try {
        serving.close().toCompletableFuture().get(stopWithin.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException | InterruptedException e) {
        LOG.warn("Stopped before every request was finished", e);
      }
    }
    EmbeddedPostgres postgres = embedded.getAndSet(null);
    if (postgres != null) {
      postgres.close();
    }
  }
}
