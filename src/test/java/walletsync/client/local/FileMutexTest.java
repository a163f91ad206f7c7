package walletsync.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Problems.assertProblem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.failure.Problem;
import walletsync.support.Await;

class FileMutexTest {
  private static final Duration BRIEF = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(20);

  /** POSIX gives up a process's locks on a file with the first of its channels that is closed. */
  @Test
  void anotherThreadThatGaveUpDoesNotOpenTheLockForOtherProcesses(@TempDir Path folder) {
    Path file = folder.resolve("lock");

    String seen =
        FileMutex.holding(
            file,
            LONG,
            () -> {
              Await.answer(
                  Await.begin(
                      () ->
                          assertProblem(
                              Problem.BUSY, () -> FileMutex.holding(file, BRIEF, () -> 1))));
              return anotherProcessFindsIt(file);
            });

    assertThat(seen).isEqualTo("held");
    assertThat(anotherProcessFindsIt(file)).isEqualTo("free");
  }

  @Test
  void theSameFileUnderAnotherNameIsTheSameLock(@TempDir Path folder) throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path alias = Files.createSymbolicLink(folder.resolve("alias"), real);
    FileMutex.holding(
        real.resolve("lock"),
        LONG,
        () -> {
          assertProblem(
              Problem.BUSY, () -> FileMutex.holding(alias.resolve("lock"), BRIEF, () -> 1));
          return true;
        });
    assertThat(FileMutex.<Integer>holding(alias.resolve("lock"), BRIEF, () -> 1)).isEqualTo(1);
  }

  private static String anotherProcessFindsIt(Path file) {
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  LockProbe.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .start();
      try (var output = process.inputReader()) {
        return String.valueOf(output.readLine());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
