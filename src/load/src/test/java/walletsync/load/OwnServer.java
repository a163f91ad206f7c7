package walletsync.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged server as a process of its own: loopback, a free port, an embedded database in a
 * temporary folder. It ends with this program, whichever way that ends, and its folder with it.
 */
final class OwnServer implements Target {
  private static final Path JAR = Path.of("target", "wallet-sync-server.jar");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What of our environment a server may see: no setting of somebody else's server. */
  private static final List<String> KEPT = List.of("PATH", "HOME", "LANG", "TMPDIR");

  private final int port = freePort();
  private final Path jar = jar();
  private Optional<Path> folder = Optional.empty();
  private Optional<Process> process = Optional.empty();
  private volatile boolean up;
  private volatile boolean closing;

  @Override
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void start() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop the server"));
    try {
      begin();
    } catch (IOException e) {
      // Not while we hold the lock, which the hook waits for.
      throw Refused.because("the server did not start: " + e.getMessage());
    }
  }

  private synchronized void begin() throws IOException {
    Path home = Files.createTempDirectory("wallet-sync-load");
    folder = Optional.of(home);
    if (Files.getFileStore(home).supportsFileAttributeView("posix")) {
      // Started by root, Postgres runs as somebody else, who has to pass through here.
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    }
    launch();
  }

  @Override
  public boolean isUp() {
    return up;
  }

  /** Ends the process as {@code kill -9} does, starts it again on the same data, and waits. */
  synchronized void crashAndRestart() throws IOException {
    up = false;
    process.orElseThrow().destroyForcibly().onExit().join();
    launch();
  }

  private void launch() throws IOException {
    Path home = folder.orElseThrow();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("serverFlags", "-Xmx512m").trim().split("\\s+")));
    command.addAll(List.of("-jar", jar.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(KEPT);
    environment.put("BIND_ADDRESS", "127.0.0.1");
    environment.put("PORT", String.valueOf(port));
    environment.put("DATA_DIR", home.resolve("data").toString());
    environment.put("ACCOUNT_VERIFICATION_MODE", "AllowAll");
    environment.put("PASSWORD_THREADS", "2"); // many sign up here before anything begins
    environment.put("DRAIN_SECONDS", "0");
    Path log = home.resolve("server.log");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process started = builder.start();
    process = Optional.of(started);
    Api api = Api.at(URI.create(url()));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!api.isReady()) {
      if (closing || !started.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(Files.readString(log).strip());
      }
      try {
        // Nobody else hears when it is ready, so it is asked.
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    up = true;
  }

  @Override
  public void close() {
    closing = true; // a start that is under way ends at once
    end();
  }

  private synchronized void end() {
    up = false;
    process.ifPresent(OwnServer::stop);
    process = Optional.empty();
    folder.ifPresent(
        home -> {
          stopOrphan(home);
          delete(home);
        });
    folder = Optional.empty();
  }

  private static void stop(Process process) {
    process.destroy();
    end(process.toHandle());
  }

  /** A killed server leaves its Postgres running, until the next start finds it. */
  private static void stopOrphan(Path home) {
    try (Stream<Path> files = Files.find(home, 6, (f, a) -> f.endsWith("postmaster.pid"))) {
      for (Path file : files.toList()) {
        ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0).trim()))
            .ifPresent(
                postgres -> {
                  postgres.destroy();
                  end(postgres);
                });
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("Could not look for a Postgres that was left behind: " + e.getMessage());
    }
  }

  private static void end(ProcessHandle handle) {
    handle
        .onExit()
        .completeOnTimeout(handle, 30, TimeUnit.SECONDS)
        .thenAccept(ProcessHandle::destroyForcibly)
        .join();
  }

  private static void delete(Path home) {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("Could not delete " + home + ": " + e.getMessage());
    }
  }

  /** Built by {@code mvn package}; looked for in this folder and those above it. */
  private static Path jar() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(JAR))) {
        return folder.resolve(JAR);
      }
    }
    throw Refused.because(
        "there is no " + JAR + " yet. Build it with mvn package, or name a server with -Durl");
  }

  /** Below the ports that the kernel gives to clients: one of ours could take it meanwhile. */
  private static int freePort() {
    for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 9_000); port < 30_000; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        continue; // taken
      }
    }
    throw Refused.because("no port is free between 20000 and 30000");
  }
}
