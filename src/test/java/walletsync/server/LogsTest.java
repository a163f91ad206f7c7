package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Http.object;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.Http;
import walletsync.support.LogCapture;
import walletsync.support.PushSocket;
import walletsync.support.RawHttp;
import walletsync.support.ServerProcess;
import walletsync.support.TcpProxy;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestMails;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** What the logs tell, and what they never tell. */
@Isolated("raises the level of every logger")
class LogsTest {
  private static final String WALLET = "wallet-that-is-nobodys-business";
  private static final String HMAC = "hmac-that-is-nobodys-business";
  private static final String PASSWORD = "password that is nobody's business";

  @Test
  void noTokenPasswordMailOrWalletIsLoggedAtAnyLevelOfOurs() {
    TestMails mails = TestMails.inNewFolder();
    Logger ours = (Logger) LoggerFactory.getLogger("walletsync");
    Level usual = ours.getLevel();
    ours.setLevel(Level.TRACE);
    try (LogCapture log = new LogCapture();
        TcpProxy proxy = new TcpProxy(TestPostgres.freshDatabase());
        TestServer server =
            TestServer.emailVerify(mails.folder())
                .with("ACCESS_LOG", "true")
                .on(proxy.database())
                .start()) {
      List<String> secrets = new ArrayList<>(List.of(WALLET, HMAC, PASSWORD));
      TestAccount account = new TestAccount(server.http(), "secret.person@example.com");
      secrets.add("secret.person");
      traffic(server, account, mails, secrets);
      proxy.cut(); // failures are logged too
      failures(server, secrets);
      Await.until(
          "failures are logged", () -> log.lines().stream().anyMatch(l -> l.contains("WARN")));

      assertThat(log.lines()).hasSizeGreaterThan(15);
      assertThat(log.lines())
          .allSatisfy(line -> assertThat(line).doesNotContain(secrets.toArray(String[]::new)));
    } finally {
      ours.setLevel(usual);
    }
  }

  private static void traffic(
      TestServer server, TestAccount account, TestMails mails, List<String> secrets) {
    Http http = server.http();
    String verifyToken =
        mails
            .mailOf(
                201,
                () ->
                    http.post(
                        "/api/3/signup",
                        object(
                            "email",
                            account.email(),
                            "password",
                            PASSWORD,
                            "clientSaltSeed",
                            "ab".repeat(32))))
            .token();
    http.post(
            "/api/3/auth/full",
            object("email", account.email(), "password", PASSWORD, "deviceId", "laptop"))
        .expect(401);
    secrets.add(verifyToken);
    http.get("/api/3/verify?verifyToken=" + verifyToken).expect(200);
    Http.Response loggedIn =
        http.post(
                "/api/3/auth/full",
                object("email", account.email(), "password", PASSWORD, "deviceId", "laptop"))
            .expect(200);
    String token = String.valueOf(loggedIn.text("token"));
    secrets.add(token);
    TestDevice laptop = new TestDevice(http, token);
    PushSocket socket = PushSocket.open(laptop);
    laptop.post(WALLET, 1, HMAC).expect(200);
    laptop.post(WALLET + " other", 1, HMAC).expect(409);
    http.get("/api/3/wallet?token=" + token).expect(200);
    RawHttp.send(server, "GET /api/3/wallet?token=" + token + "&x=" + WALLET + "%zz HTTP/1.1");
    http.get("/api/3/" + token).expect(404);
    http.get("/" + token).expect(404);
    http.post("/api/3/wallet", "{\"token\":\"" + token + "\",\"" + WALLET + "\":1}").expect(400);
    http.post("/api/3/wallet", "{\"token\":\"" + token + "\",\"x").expect(400);
    http.get("/api/3/wallet?token=x", "X-Request-Id", token).expect(401);
    socket.awaitSequence(1).close();
    http.post(
            "/api/3/auth/full",
            object("email", account.email(), "password", PASSWORD + "!", "deviceId", "laptop"))
        .expect(401);
  }

  private static void failures(TestServer server, List<String> secrets) {
    Http http = server.http();
    TestDevice laptop = new TestDevice(http, secrets.get(secrets.size() - 1));
    laptop.post(WALLET, 2, HMAC).expect(503);
    laptop.get().expect(503);
    http.post(
            "/api/3/auth/full",
            object("email", "secret.person@example.com", "password", PASSWORD, "deviceId", "x"))
        .expect(503);
  }

  @Test
  void aRequestHasALineWithTheIdThatTheClientGaveOrGets() {
    try (LogCapture log = new LogCapture();
        TestServer server = TestServer.allowAll().with("ACCESS_LOG", "true").start()) {
      Http http = server.http();
      Http.Response given =
          http.get("/api/3/wallet?token=x", "X-Request-Id", "my-request.1").expect(401);
      assertThat(given.header("X-Request-Id")).isEqualTo("my-request.1");
      assertThat(line(log, "my-request.1"))
          .contains("INFO walletsync.requests - request method=\"GET\" endpoint=\"/api/3/wallet\"")
          .contains("status=\"401\"")
          .contains("client=\"127.0.0.1\"");
      assertThat(http.get("/api/3/wallet?token=x").header("X-Request-Id")).matches("[0-9a-f]{16}");
      for (String bad : List.of("a b", "x".repeat(65), "<script>", "0".repeat(64))) {
        assertThat(http.get("/api/3/wallet?token=x", "X-Request-Id", bad).header("X-Request-Id"))
            .matches("[0-9a-f]{16}");
      }
      http.get("/api/3/no-such", "X-Request-Id", "my-request.2").expect(404);
      assertThat(line(log, "my-request.2")).contains("endpoint=\"other\"");
    }
  }

  @Test
  void withoutTheSettingThereIsNoLineForARequestButOneForAFailure() {
    try (LogCapture log = new LogCapture();
        TestServer server = TestServer.allowAll().start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      laptop.get("X-Request-Id", "quiet").expect(404);
      try (HeldLock lock =
          HeldLock.by(server.database(), "LOCK TABLE wallet_heads IN ACCESS EXCLUSIVE MODE")) {
        CompletableFuture<Http.Response> waiting =
            Await.begin(() -> laptop.get("X-Request-Id", "failing"));
        lock.awaitWaiting(1);
        Await.answer(waiting).expect(503);
      }
      assertThat(line(log, "failing")).startsWith("WARN").contains("request=\"failing\"");
      assertThat(log.lines()).noneMatch(line -> line.contains("quiet"));
    }
  }

  @Test
  void asJsonEveryLineIsAnObject() throws IOException {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.putAll(Map.of("LOG_FORMAT", "json", "LOG_LEVEL", "debug", "ACCESS_LOG", "true"));
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      server.http().get("/api/3/wallet?token=x", "X-Request-Id", "as-json").expect(401);
      Await.until("it is logged", () -> server.output().contains("as-json"));
      server.terminate();
      List<String> lines = server.output().lines().filter(line -> line.startsWith("{")).toList();
      ObjectMapper json = new ObjectMapper();
      for (String line : lines) {
        JsonNode event = json.readTree(line);
        assertThat(event.has("level")).as(line).isTrue();
        assertThat(event.has("formattedMessage")).as(line).isTrue();
      }
      assertThat(lines)
          .anyMatch(line -> line.contains("as-json"))
          .anyMatch(l -> l.contains("Stopped"));
    }
  }

  @Test
  void anOperatorsOwnConfigurationIsUsedInsteadOfOurs(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("logback.xml");
    Files.writeString(
        file,
        """
        <configuration>
          <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>mine: %msg%n</pattern></encoder>
          </appender>
          <logger name="walletsync" level="WARN"/>
          <logger name="walletsync.server.Main" level="INFO"/>
          <root level="WARN"><appender-ref ref="OUT"/></root>
        </configuration>
        """);
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.put("JDK_JAVA_OPTIONS", "-Dlogback.configurationFile=" + file);
    settings.put("LOG_LEVEL", "debug");
    settings.put("ACCESS_LOG", "true");
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      server.http().get("/api/3/wallet?token=x", "X-Request-Id", "not-logged").expect(401);
      server.terminate();
      assertThat(server.output())
          .contains("mine: Serving on port", "mine: Stopped")
          .doesNotContain("INFO", "not-logged");
    }
  }

  private static String line(LogCapture log, String id) {
    Await.until("it is logged", () -> log.lines().stream().anyMatch(l -> l.contains(id)));
    return log.lines().stream().filter(line -> line.contains(id)).findFirst().orElseThrow();
  }
}
