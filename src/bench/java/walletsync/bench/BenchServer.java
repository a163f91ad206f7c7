package walletsync.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import walletsync.server.Main;
import walletsync.server.settings.DatabaseSettings.External;

/** The server in a JVM of its own, on the loopback address. */
final class BenchServer implements Closeable {
  private static final int STOP_SECONDS = 30;

  private final int port;
  private final ProcessBuilder command;
  private Process process;

  private BenchServer(int port, ProcessBuilder command) throws IOException {
    this.port = port;
    this.command = command;
    this.process = started(command);
  }

  /** Starts a server, and waits until it listens. */
  static BenchServer start(BenchOptions options, External database, Map<String, String> settings)
      throws IOException {
    int port = freePort();
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options.serverFlags());
    String jar = System.getProperty("bench.server.jar", "");
    line.addAll(
        jar.isEmpty() ? List.of("-cp", classPath(), Main.class.getName()) : List.of("-jar", jar));
    ProcessBuilder command = new ProcessBuilder(line);
    command.redirectError(new File("target", "bench-server-" + port + ".log"));
    Map<String, String> environment = command.environment();
    environment.put("BIND_ADDRESS", "127.0.0.1");
    environment.put("PORT", String.valueOf(port));
    environment.put("ACCOUNT_VERIFICATION_MODE", "AllowAll");
    environment.put("PGHOST", database.host());
    environment.put("PGPORT", String.valueOf(database.port()));
    environment.put("PGDATABASE", database.database());
    environment.put("PGUSER", database.user());
    environment.put("PGPASSWORD", database.password().reveal());
    environment.put("PGSSLMODE", database.sslMode());
    environment.put("DRAIN_SECONDS", "0");
    environment.putAll(settings);
    return new BenchServer(port, command);
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** The time that it has used of any core. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Posts JSON; fails when that is not accepted. */
  void post(String path, String json) throws IOException, InterruptedException {
    int status =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .POST(HttpRequest.BodyPublishers.ofString(json))
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode();
    if (status / 100 != 2) {
      throw new IOException(path + " was answered with " + status);
    }
  }

  /** How many requests for wallets it has answered with a status, by its own count. */
  long answers(int status) throws IOException {
    try (InputStream metrics =
        URI.create("http://127.0.0.1:%d/metrics".formatted(port)).toURL().openStream()) {
      return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("wallet_sync_request_duration_seconds_count{"))
          .filter(
              line -> line.contains("endpoint=\"/api/3/wallet\",status=\"%d\"".formatted(status)))
          .mapToLong(line -> Math.round(Double.parseDouble(line.replaceAll(".* ", ""))))
          .sum();
    }
  }

  /** As a crash does, without a goodbye. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts it again, on the same port. */
  void restart() throws IOException {
    process = started(command);
  }

  @Override
  public void close() {
    Process stopping = process;
    stopping.destroy();
    stopping.onExit().completeOnTimeout(stopping, STOP_SECONDS, TimeUnit.SECONDS).join();
    kill();
  }

  private static Process started(ProcessBuilder command) throws IOException {
    Process process = command.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.contains("listens on")) {
      line = output.readLine(); // the JVM may have something to say first
    }
    if (line == null) {
      throw new IOException("The server did not start, see target/bench-server-*.log");
    }
    // The rest is a few lines, which fit into the pipe.
    return process;
  }

  /** This program's, without the tests, whose settings for logs are not the server's. */
  private static String classPath() {
    // Surefire hides the real one in the manifest of a jar.
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(path -> !Path.of(path).endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Below the ports that the kernel gives to clients: one of ours could take it meanwhile. */
  private static int freePort() throws IOException {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // taken: try another
      }
    }
    throw new IOException("No free port between 20000 and 30000");
  }
}
