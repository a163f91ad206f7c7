package walletsync.server.db.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server in a JVM of its own, to be killed as {@code kill -9} does. */
final class ChildServer implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildServer(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static ChildServer on(Path dataDir) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ChildMain.class.getName(),
            dataDir.toString());
    // An operator's shell that would lead Postgres' programs astray if it were passed on.
    builder
        .environment()
        .putAll(
            Map.of(
                "PGDATA", "/nonexistent",
                "PGPORT", "1",
                "PGHOST", "elsewhere.example",
                "PGOPTIONS", "-c fsync=off",
                "LC_ALL", "xx_XX.UTF-8",
                "LD_LIBRARY_PATH", "/nonexistent"));
    return new ChildServer(builder.redirectErrorStream(true).start());
  }

  /** Waits for a line, and returns it. */
  String lineWith(String text) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("The child never said \"" + text + "\", but:\n" + said);
  }

  /**
   * Waits for a line, kills the JVM as soon as it comes, and returns the last line with the text.
   */
  String killAt(String text) throws IOException, InterruptedException {
    String last = lineWith(text);
    // Not process.destroyForcibly(), which would also close the output that is still to be read.
    process.toHandle().destroyForcibly();
    for (@Nullable String line = output.readLine(); line != null; line = output.readLine()) {
      last = line.contains(text) ? line : last;
    }
    process.waitFor(10, TimeUnit.SECONDS);
    return last;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
