package walletsync.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Programs of others that put load on something: wrk and pgbench, both from Debian's packages. */
final class Command {
  /** Beyond the time that the load was to take. */
  private static final int PATIENCE_SECONDS = 60;

  private Command() {}

  /** Whether the program is there to be run. */
  static boolean exists(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Runs it, and gives what it printed; fails when it fails, or takes far too long. */
  static String run(List<String> line, Map<String, String> environment, int seconds)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> text(process));
      if (!process.waitFor(seconds + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(line.get(0) + " does not end");
      }
      String text = output.join();
      if (process.exitValue() != 0) {
        throw new IOException(line.get(0) + " failed: " + text);
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Puts scripts of this program into one file, one behind the other. */
  static Path script(String... resources) throws IOException {
    Path file = Path.of("target", "bench-scripts", resources[resources.length - 1]);
    Path folder = Objects.requireNonNull(file.getParent());
    Files.createDirectories(folder);
    // Another load may be reading it.
    Path unfinished = Files.createTempFile(folder, "script", ".tmp");
    try (OutputStream whole = Files.newOutputStream(unfinished)) {
      for (String resource : resources) {
        try (InputStream script = Command.class.getResourceAsStream("/" + resource)) {
          Objects.requireNonNull(script).transferTo(whole);
        }
      }
    }
    return Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String text(Process process) {
    try (InputStream output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
