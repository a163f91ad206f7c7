package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.StartException;

/**
 * Stops whatever postmaster runs on a cluster: our own at the end, and at the start the orphan of a
 * server that was killed. Since the folder's lock is ours, nobody else can want it any more.
 */
final class RunningPostmaster {
  private static final Logger LOG = LoggerFactory.getLogger(RunningPostmaster.class);

  /** From a clean end, over one like a crash, to one that cannot be refused. None loses a row. */
  private static final List<Step> STEPS =
      List.of(
          new Step("INT", Duration.ofSeconds(30)),
          new Step("QUIT", Duration.ofSeconds(10)),
          new Step("KILL", Duration.ofSeconds(10)));

  private record Step(String signal, Duration patience) {}

  private RunningPostmaster() {}

  /**
   * Returns when no process works on the cluster, and none is in the way of the next one. A thread
   * that was interrupted, as threads are in a shutdown, does it all the same: it takes a bounded
   * time.
   */
  static void stop(Path cluster) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      stopAndClearUp(cluster);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void stopAndClearUp(Path cluster) throws IOException {
    PidFile file = PidFile.in(cluster);
    if (!file.exists() || file.namesSingleUserProcess()) {
      return;
    }
    OptionalLong pid = file.pid();
    if (pid.isPresent() && ProcessTable.isPostmaster(pid.getAsLong(), cluster)) {
      LOG.debug("Stopping Postgres, process {}", pid.getAsLong());
      stop(pid.getAsLong(), cluster);
    }
    if (file.exists()) {
      clearUpAfterCrash(file, pid, cluster);
    }
  }

  private static void stop(long pid, Path cluster) throws IOException {
    for (Step step : STEPS) {
      Launcher.capture(
          List.of("/bin/sh", "-c", "kill -" + step.signal() + " " + pid), Duration.ofSeconds(10));
      if (Wait.until(() -> !ProcessTable.isPostmaster(pid, cluster), step.patience())) {
        return;
      }
      LOG.warn("Postgres, process {}, does not heed SIG{}", pid, step.signal());
    }
    throw new StartException(
        "Postgres, process %d, still runs on %s and does not stop; end it, then start again"
            .formatted(pid, cluster));
  }

  /**
   * Postgres itself copes with the pid file of a dead process, and by the shared memory that the
   * file names it notices backends that outlived it. Only two things it leaves to a person: a file
   * that is still empty, and a pid that meanwhile belongs to something else of the same user.
   */
  private static void clearUpAfterCrash(PidFile file, OptionalLong pid, Path cluster)
      throws IOException {
    ProcessTable.killPostgresIn(cluster);
    if (pid.isEmpty()) {
      file.delete();
    } else if (ProcessTable.isAnythingElse(pid.getAsLong(), cluster)) {
      file.disarm();
    }
  }
}
