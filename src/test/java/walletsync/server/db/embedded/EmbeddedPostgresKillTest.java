package walletsync.server.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server's whole process is killed, at every step of its first start and in the middle of work.
 */
class EmbeddedPostgresKillTest {
  private static final List<String> STEPS_OF_THE_FIRST_START =
      List.of(
          "Unpacking Postgres",
          "Running initdb",
          "The cluster is in place",
          "Starting Postgres",
          "Making sure of role and database");

  @Test
  void whereverTheProcessIsKilledTheNextStartHasEveryCommittedRow(@TempDir Path temporary)
      throws Exception {
    Path dataDir = TestFolders.dataDirIn(temporary);
    for (String step : STEPS_OF_THE_FIRST_START) {
      killAt(step, dataDir);
    }
    int first = killAt("COMMITTED", dataDir);
    int second = killBothAt("COMMITTED", dataDir);
    assertThat(second).isGreaterThan(first);

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.of(dataDir))) {
      // One more at most: it was committed, but the process was killed before it could say so.
      assertThat(Integer.parseInt(Sql.value(postgres, "SELECT count(*) FROM committed")))
          .isBetween(second, second + 1);
      assertThat(leftoversIn(dataDir)).isEmpty();
    }
  }

  private static int killAt(String step, Path dataDir) throws Exception {
    try (ChildServer child = ChildServer.on(dataDir)) {
      String last = child.killAt(step);
      return step.equals("COMMITTED") ? number(last) : 0;
    }
  }

  /** Here the postmaster dies as well, and its backends are left to notice by themselves. */
  private static int killBothAt(String step, Path dataDir) throws Exception {
    try (ChildServer child = ChildServer.on(dataDir)) {
      long postmaster = number(child.lineWith("POSTMASTER"));
      String last = child.killAt(step);
      ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
      return number(last);
    }
  }

  private static int number(String line) {
    return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static List<Path> leftoversIn(Path dataDir) throws Exception {
    try (Stream<Path> paths = Files.list(dataDir)) {
      return paths.filter(path -> path.getFileName().toString().startsWith("tmp-")).toList();
    }
  }
}
