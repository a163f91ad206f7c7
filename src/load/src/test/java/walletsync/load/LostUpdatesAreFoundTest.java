package walletsync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a stand-in, in processes of their own: what counts is how they end. */
final class LostUpdatesAreFoundTest {
  private static final int NEVER = 0;

  @TempDir private static Path folder;

  private static Run forgetful;
  private static Run faithful;

  /** A run that goes on beside the other. */
  private record Run(ForgetfulServer server, Process process, Path output) {
    String awaitOutput() throws Exception {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
      return Files.readString(output, StandardCharsets.UTF_8);
    }

    void close() {
      process.destroyForcibly();
      server.close();
    }
  }

  @BeforeAll
  static void bothBegin() throws Exception {
    forgetful = contendedAccounts(10, "forgetful");
    faithful = contendedAccounts(NEVER, "faithful");
  }

  @AfterAll
  static void bothEnd() {
    Stream.of(forgetful, faithful).filter(Objects::nonNull).forEach(Run::close);
  }

  @Test
  void aRunFailsWhenTheServerForgetsOneAcceptedWriteAmongMany() throws Exception {
    assertThat(forgetful.awaitOutput()).contains("lost updates 1,", "1 accepted writes are lost");
    assertThat(forgetful.process().exitValue()).isEqualTo(2);
  }

  @Test
  void aRunSucceedsWhenTheServerForgetsNothing() throws Exception {
    assertThat(faithful.awaitOutput()).contains("lost updates 0,");
    assertThat(faithful.process().exitValue()).isZero();
  }

  private static Run contendedAccounts(int forgotten, String name) throws Exception {
    ForgetfulServer server = new ForgetfulServer(forgotten);
    Path output = folder.resolve(name + ".txt");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.lang=ALL-UNNAMED", // as Gatling's plugin does
            "-Durl=" + server.url(),
            "-Dseconds=2",
            "-Daccounts=2",
            "-Ddevices=3",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "io.gatling.app.Gatling",
            "--simulation",
            ContendedAccounts.class.getName(),
            "--results-folder",
            folder.resolve(name).toString(),
            "--no-reports");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Run(server, process, output);
  }
}
