package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.Http;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;

/** How a server process ends: answering what it has begun, and never hanging. */
class ProcessSignalTest {
  private static final int TERMINATED = 128 + 15;
  private static final int INTERRUPTED = 128 + 2;

  @Test
  void sigtermEndsItOnceTheRequestsInFlightAreAnswered() {
    External database = TestPostgres.freshDatabase();
    try (ServerProcess server =
        ServerProcess.start(ServerProcess.settings(database)).awaitGreeting()) {
      TestAccount account = new TestAccount(server.http(), "joe@example.com");
      account.signUp().expect(201);
      TestDevice laptop = account.logIn("laptop");
      CompletableFuture<Http.Response> save;
      CompletableFuture<Integer> end;
      try (HeldLock head = HeldLock.onHead(database, account)) {
        save = Await.begin(() -> laptop.post("wallet", 1, "hmac"));
        head.awaitWaiting(1);
        end = Await.begin(server::terminate);
        Await.until("it listens no more", () -> !listens(server.port()));
      }
      Await.answer(save).expect(200);
      assertThat(Await.answer(end)).isEqualTo(TERMINATED);
      assertThat(server.output()).doesNotContain("Stopped before every request was finished");
      assertThat(Sql.rows(database, "SELECT encrypted_wallet FROM wallet_versions"))
          .containsExactly("wallet");
    }
  }

  @Test
  void afterTheFirstSignalItServesOnForAWhileAndASecondOneEndsItAtOnce() {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.put("STOP_DELAY_SECONDS", "600");
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      server.http().get("/health/ready").expect(200);
      server.beginToTerminate();
      Await.until(
          "it says that it stops",
          () -> server.http().get("/health/ready").body().contains("stopping"));
      server.http().get("/api/3/wallet?token=x").expect(401);
      assertThat(server.terminate()).isEqualTo(TERMINATED);
    }
  }

  @Test
  void aHundredAndFiftyLoginsAtOnceStayWithinTheMemory() {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.put("PASSWORD_THREADS", "2");
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      TestAccount account = new TestAccount(server.http(), "joe@example.com");
      account.signUp().expect(201);
      List<CompletableFuture<Http.Response>> logins =
          IntStream.range(0, 150)
              .mapToObj(i -> Await.begin(() -> account.tryLogIn("device " + i), 60))
              .toList();
      assertThat(logins.stream().map(Await::answer).map(Http.Response::status))
          .contains(200)
          .containsOnly(200, 503);
      Await.until("there is room again", () -> account.tryLogIn("laptop").status() == 200);
      assertThat(server.output()).doesNotContain("OutOfMemory");
    }
  }

  @Test
  void ctrlCEndsItThoughARequestIsOnlyHalfSent() throws IOException {
    assumeThat(ServerProcess.hearsInterrupts()).isTrue();
    try (ServerProcess server =
            ServerProcess.start(ServerProcess.settings(TestPostgres.freshDatabase()))
                .awaitGreeting();
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client
          .getOutputStream()
          .write(
              "POST /api/3/wallet HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
      Await.until(
          "the request was begun",
          () -> server.http().get("/metrics").body().contains("endpoint=\"wallet\""));
      assertThat(server.interrupt()).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  void ctrlCStopsTheEmbeddedPostgresToo(@TempDir Path folder) throws IOException {
    assumeThat(ServerProcess.hearsInterrupts()).isTrue();
    TestPostgres.lendProgramsTo(folder);
    try (ServerProcess server =
        ServerProcess.start(Map.of("DATA_DIR", folder.toString())).awaitGreeting()) {
      assertThat(server.output()).contains("Sign-up   nobody").contains("in " + folder);
      Path pidFile = folder.resolve("pgdata").resolve("postmaster.pid");
      long postmaster = Long.parseLong(Files.readAllLines(pidFile).get(0));
      assertThat(ProcessHandle.of(postmaster)).isPresent();

      assertThat(server.interrupt()).isEqualTo(INTERRUPTED);

      assertThat(pidFile).doesNotExist();
      Await.until("Postgres is gone", () -> ProcessHandle.of(postmaster).isEmpty());
    }
  }

  @Test
  void sigtermDuringTheFirstStartLeavesNothingThatHindersTheNext(@TempDir Path folder) {
    Map<String, String> settings = Map.of("DATA_DIR", folder.toString());
    ServerProcess first = ServerProcess.start(settings);
    Await.until("the folder is being filled", () -> isBeingFilled(folder));
    assertThat(first.terminate()).isEqualTo(TERMINATED);

    try (ServerProcess next = ServerProcess.start(settings).awaitGreeting()) {
      next.http().get("/api/3/wallet?token=x").expect(401);
    }
  }

  private static boolean isBeingFilled(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("tmp-"));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
