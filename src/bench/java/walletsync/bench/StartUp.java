package walletsync.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * How long a server takes from its start until it is ready, on a database that is there already.
 */
final class StartUp {
  private static final int STARTS = 7;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private StartUp() {}

  static Table run(BenchOptions general, External database) throws Exception {
    Path archive = Files.createTempDirectory("bench").resolve("classes.jsa");
    start(with(general, "-XX:ArchiveClassesAtExit=" + archive), database, new Times());
    BenchOptions archived = with(general, "-XX:SharedArchiveFile=" + archive);
    Times plain = new Times();
    Times fromArchive = new Times();
    for (int i = 0; i < STARTS; i++) {
      start(general, database, plain);
      start(archived, database, fromArchive);
    }
    Files.delete(archive);
    Files.delete(Objects.requireNonNull(archive.getParent()));
    return new Table(
            "start, median of %d".formatted(STARTS),
            "seconds until ready",
            "target",
            "CPU seconds until then")
        .row("java -jar", Median.of(plain.ready()), "1.5", Median.of(plain.cpu()))
        .row(
            "with an archive of its classes",
            Median.of(fromArchive.ready()),
            "1.5",
            Median.of(fromArchive.cpu()));
  }

  private record Times(List<Double> ready, List<Double> cpu) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  private static BenchOptions with(BenchOptions options, String flag) {
    List<String> flags = new ArrayList<>(options.serverFlags());
    flags.add(flag);
    return options.withServerFlags(flags);
  }

  private static void start(BenchOptions options, External database, Times times)
      throws IOException {
    long begun = System.nanoTime();
    try (BenchServer server = BenchServer.start(options, database, Map.of())) {
      awaitReady(server.port(), begun);
      times.ready().add((System.nanoTime() - begun) / 1e9);
      times.cpu().add(CpuTime.of(server.pid()));
    }
  }

  /** Asks gently: what this program uses of the cores meanwhile, the server does not have. */
  private static void awaitReady(int port, long begun) {
    byte[] request =
        "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    while (System.nanoTime() - begun < LIMIT.toNanos()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.getOutputStream().write(request);
        byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        if (new String(answer, StandardCharsets.US_ASCII).equals("HTTP/1.1 200")) {
          return;
        }
      } catch (IOException e) {
        // It does not listen yet.
      }
      LockSupport.parkNanos(10_000_000);
    }
    throw new IllegalStateException("The server does not become ready");
  }
}
