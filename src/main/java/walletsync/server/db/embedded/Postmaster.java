package walletsync.server.db.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.StartException;

/** Starts the postmaster, Postgres' first process. */
final class Postmaster {
  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

  /** Long, since replaying the log after a crash takes as long as it takes. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(5);

  private static final int ATTEMPTS = 25;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

  /**
   * What passes by itself: somebody took the port; backends of a killed postmaster are still on
   * their way out; a pg_ctl, orphaned when its server was killed, started one more postmaster.
   */
  private static final List<String> PASSING =
      List.of(
          "could not create any TCP/IP sockets",
          "is still in use",
          "lock file \"postmaster.pid\" already exists");

  private final DataFolder folder;
  private final Binaries binaries;
  private final Launcher launcher;

  Postmaster(DataFolder folder, Binaries binaries, Launcher launcher) {
    this.folder = folder;
    this.binaries = binaries;
    this.launcher = launcher;
  }

  /** Returns the port, once Postgres accepts connections there. */
  int start(EmbeddedPostgres.Options options, IntSupplier ports) throws IOException {
    for (int attempt = 1; ; attempt++) {
      RunningPostmaster.stop(folder.cluster());
      int port = ports.getAsInt();
      long before = folder.log().end();
      LOG.debug("Starting Postgres on port {}", port);
      if (launcher.run(pgCtlStart(options, port), START_PATIENCE.plusSeconds(10)) == 0) {
        return port;
      }
      String said = folder.log().since(before);
      if (attempt == ATTEMPTS || PASSING.stream().noneMatch(said::contains)) {
        throw new StartException(
            "The embedded Postgres in %s does not start: %s (see %s)"
                .formatted(folder.root(), folder.log().tellingLine(before), folder.log().file()));
      }
      Wait.pause(BETWEEN_ATTEMPTS);
    }
  }

  /**
   * pg_ctl, not postgres itself: it makes a session of its own for the postmaster (setsid), so that
   * a Ctrl-C in the terminal ends this process only, which may then drain its connections.
   */
  private List<String> pgCtlStart(EmbeddedPostgres.Options options, int port) {
    String settings =
        ServerSettings.of(options, port).stream()
            .flatMap(setting -> Stream.of("-c", setting))
            .collect(Collectors.joining(" "));
    return List.of(
        binaries.program("pg_ctl").toString(),
        "start",
        "--wait",
        "--timeout=" + START_PATIENCE.toSeconds(),
        "--silent",
        "--pgdata=" + folder.cluster(),
        "--log=" + folder.log().file(),
        "--options=" + settings);
  }
}
