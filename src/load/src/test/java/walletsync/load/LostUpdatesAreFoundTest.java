package walletsync.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs against a stand-in, in processes of their own: what counts is how they end. */
final class LostUpdatesAreFoundTest {
  private static final int NEVER = 0;

  @TempDir private Path folder;

  private record Run(int exitCode, String output) {}

  @Test
  void aRunFailsWhenTheServerForgetsOneAcceptedWriteAmongMany() throws Exception {
    try (ForgetfulServer server = new ForgetfulServer(10)) {
      Run run = contendedAccounts(server);

      assertThat(run.output()).contains("lost updates 1,", "1 accepted writes are lost");
      assertThat(run.exitCode()).isEqualTo(2);
    }
  }

  @Test
  void aRunSucceedsWhenTheServerForgetsNothing() throws Exception {
    try (ForgetfulServer server = new ForgetfulServer(NEVER)) {
      Run run = contendedAccounts(server);

      assertThat(run.output()).contains("lost updates 0,");
      assertThat(run.exitCode()).isZero();
    }
  }

  private Run contendedAccounts(ForgetfulServer server) throws Exception {
    Path output = folder.resolve("output.txt");
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
            folder.toString(),
            "--no-reports");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
      return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
