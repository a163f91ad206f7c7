package walletsync.server;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
import walletsync.server.admin.CommandLineTool;
import walletsync.server.db.Migrations;
import walletsync.server.db.PreferredSsl;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.Settings;
import walletsync.server.settings.StartException;

/**
 * The server's process: reads the settings, starts the embedded database where none is given,
 * brings the schema up to date, serves, and on SIGINT or SIGTERM stops all of that in turn. With a
 * command, see {@link CommandLineTool}, it does that instead.
 *
 * <p>Exit codes: 0 or that of the signal after serving, 1 when it could not start or its embedded
 * database has ended, 2 for a wrong command line.
 */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int START_SECONDS = 60;
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

  private static final int FAILED = 1;

  /** The exit code of a process that serves: it has none yet. */
  private static final int SERVING = -1;

  private final AtomicReference<@Nullable EmbeddedPostgres> embedded = new AtomicReference<>();
  private final AtomicReference<@Nullable Server> server = new AtomicReference<>();

  /** How long a stop may take: websockets close first, one by one. */
  private volatile Duration stopWithin = STOP_PATIENCE;

  /** How long it goes on once it is not ready any more, until no proxy sends anybody here. */
  private volatile Duration stopDelay = Duration.ZERO;

  private volatile boolean stopping;

  private Main() {}

  /** Serves until the process is told to stop, or runs a command of the operator's. */
  public static void main(String[] args) {
    int code =
        CommandLineTool.run(
            args,
            System.getenv(),
            new PrintWriter(System.out, false, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            Main::serve);
    if (code != SERVING) {
      System.exit(code);
    }
  }

  private static int serve(Optional<Path> conf) {
    Main main = new Main();
    Signals.install();
    Runtime.getRuntime().addShutdownHook(new Thread(main::stop, "stop"));
    try {
      main.run(conf, System.out);
      return SERVING;
    } catch (StartException e) {
      LOG.debug("Start failed", e);
      System.err.println("wallet-sync-server cannot start: " + e.getMessage());
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      LOG.debug("Start failed", e);
      System.err.println("wallet-sync-server cannot start: " + e);
    }
    return FAILED;
  }

  private void run(Optional<Path> conf, PrintStream out)
      throws ExecutionException, TimeoutException, InterruptedException {
    Settings settings = Settings.load(System.getenv(), conf);
    Logging.apply(settings.logs());
    stopDelay = settings.stopDelay();
    stopWithin = settings.push().drain().plus(STOP_PATIENCE);
    DatabaseSettings.External wanted = database(settings);
    Migrations.run(wanted);
    DatabaseSettings.External database = PreferredSsl.settle(wanted);
    try {
      Server started =
          Server.start(settings, database)
              .toCompletionStage()
              .toCompletableFuture()
              .get(START_SECONDS, TimeUnit.SECONDS);
      server.set(started);
      out.print(Greeting.of(settings, started.port(), started.managementPort(), conf));
      out.flush();
      LOG.info("Serving on port {}", started.port());
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
                wanted.dataDir(), true, wanted.osUser(), wanted.connections()));
    embedded.set(postgres);
    postgres.watch(() -> databaseEnded(postgres));
    return postgres.address();
  }

  /** Nothing brings it back but a start, so whoever started this process is to start it again. */
  private void databaseEnded(EmbeddedPostgres postgres) {
    if (!stopping) {
      LOG.error(
          "The embedded Postgres has ended unasked, see {}: stopping with exit code {}; the next"
              + " start recovers what it had committed",
          postgres.logFile(),
          FAILED);
      stopDelay = Duration.ZERO; // it has not been ready since
      System.exit(FAILED);
    }
  }

  private void stop() {
    stopping = true;
    Server serving = server.getAndSet(null);
    if (serving != null) {
      try {
        serving.announceStop();
        LOG.info("Stopping: not ready any more");
        Thread.sleep(stopDelay.toMillis());
        serving.close().toCompletableFuture().get(stopWithin.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException | InterruptedException e) {
        LOG.warn("Stopped before every request was finished", e);
      }
    }
    EmbeddedPostgres postgres = embedded.getAndSet(null);
    if (postgres != null) {
      postgres.close();
    }
    if (serving != null) {
      LOG.info("Stopped");
    }
  }
}
