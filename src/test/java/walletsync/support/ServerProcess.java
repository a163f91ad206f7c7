package walletsync.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import walletsync.server.Main;
import walletsync.server.settings.DatabaseSettings.External;

/** A real server process, as an operator starts it: settings from the environment, and signals. */
public final class ServerProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private static final List<String> FLAGS =
      List.of(
          "-Xmx256m",
          // A short life: compile little, collect simply, trust our own classes.
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-BytecodeVerificationRemote",
          // Events must do it: chance must not heal what a test looks for.
          "-Dwalletsync.reread.seconds=360000");

  private final Process process;
  private final Path output;
  private final int port;

  private ServerProcess(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /** Starts a process on a free port; {@link #awaitGreeting} waits until it serves. */
  public static ServerProcess start(Map<String, String> settings, String... arguments) {
    int port = freePort();
    try {
      Path output = Files.createTempFile("server-process", ".log");
      output.toFile().deleteOnExit(); // tests read it after the process has ended
      Map<String, String> all =
          new HashMap<>(Map.of("PORT", String.valueOf(port), "BIND_ADDRESS", "127.0.0.1"));
      all.putAll(settings);
      ProcessBuilder builder = builder(all, arguments).redirectErrorStream(true);
      return new ServerProcess(builder.redirectOutput(output.toFile()).start(), output, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a command of the program to its end.
   *
   * @param output where its standard output goes, byte for byte
   * @return its exit code
   */
  public static int run(Map<String, String> settings, Path output, String... arguments) {
    try {
      Process process =
          builder(settings, arguments)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("The command does not end");
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ProcessBuilder builder(Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of(SharedClasses.java()));
    command.addAll(FLAGS);
    command.addAll(SharedClasses.options(FLAGS));
    command.add(Main.class.getName());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().putAll(settings);
    return builder;
  }

  /** The settings of a server on an external database, where anybody may sign up. */
  public static Map<String, String> settings(External database) {
    return Map.of(
        "PGHOST", database.host(),
        "PGPORT", String.valueOf(database.port()),
        "PGDATABASE", database.database(),
        "PGUSER", database.user(),
        "PGPASSWORD", database.password().reveal(),
        "ACCOUNT_VERIFICATION_MODE", "AllowAll");
  }

  public ServerProcess awaitGreeting() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    Await.until(
        "the server greets or ends",
        () -> output().contains("Stop ") || !process.isAlive() || System.nanoTime() > deadline,
        PATIENCE_SECONDS);
    if (!output().contains("Stop ")) {
      throw new AssertionError("The server did not start:\n" + output());
    }
    return this;
  }

  public Http http() {
    return new Http(URI.create("http://127.0.0.1:" + port));
  }

  public int port() {
    return port;
  }

  /** All that it wrote, to standard output and standard error. */
  public String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code kill -9}. */
  public void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /** As {@code kill}, without waiting for the end. */
  public void beginToTerminate() {
    process.destroy();
  }

  /** As {@code kill}; returns the exit code. */
  public int terminate() {
    process.destroy();
    return exitCode();
  }

  /** Sends SIGINT, as Ctrl-C does; returns the exit code. */
  public int interrupt() {
    try {
      new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
      return exitCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Whether SIGINT reaches a process that is started here. Those that a script starts in the
   * background ignore it, and their children inherit that.
   */
  public static boolean hearsInterrupts() {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return true;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .noneMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 2) != 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end, not for ever. */
  public int exitCode() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("The server does not end:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      terminate();
    }
  }

  /** A port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
