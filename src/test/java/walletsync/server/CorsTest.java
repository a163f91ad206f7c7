package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.wallet;
import static walletsync.support.Bodies.with;
import static walletsync.support.Http.object;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushTransport;
import walletsync.support.Http.Response;
import walletsync.support.PushSocket;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Pages of other origins: those that are listed may use the API, and nobody else's may. */
class CorsTest {
  private static final String OURS = "https://wallet.example.com";
  private static final String OURS_TOO = "http://localhost:3000";
  private static final String FOREIGN = "https://evil.example.com";

  @RegisterExtension
  static final TestServer server =
      TestServer.allowAll()
          .withPush(
              new PushSettings(PushTransport.POSTGRES, 100, Set.of(OURS, OURS_TOO), Duration.ZERO));

  @RegisterExtension static final TestServer withoutOrigins = TestServer.allowAll();

  static TestDevice device;

  @BeforeAll
  static void storeAWallet() {
    device = server.newAccount().logIn("browser");
    device.post("wallet", 1, "hmac").expect(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/3/signup, POST",
    "/api/3/auth/full, POST",
    "/api/3/wallet, 'GET, POST'",
    "/api/3/password, POST",
    "/api/3/client-salt-seed, GET",
    "/api/3/verify/resend, POST",
    "/api/3/websocket/ticket, POST"
  })
  void aBrowserLearnsBeforehandWhatAPageMaySend(String path, String methods) {
    Response answer = preflight(server, path, OURS).expect(204);

    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("Content-Length")).isNull();
    assertThat(answer.header("X-Request-Id")).isNotNull();
    assertThat(cors(answer))
        .isEqualTo(
            Map.of(
                "access-control-allow-origin", OURS,
                "access-control-allow-methods", methods,
                "access-control-allow-headers",
                    "Authorization, Content-Type, If-None-Match, Prefer, X-Request-Id",
                "access-control-max-age", "7200",
                "access-control-expose-headers",
                    "ETag, Preference-Applied, Retry-After, X-Request-Id",
                "vary", "Origin"));
  }

  @Test
  void eachListedOriginIsNamedToItself() {
    assertThat(cors(device.get("Origin", OURS).expect(200)))
        .containsEntry("access-control-allow-origin", OURS);
    assertThat(cors(device.get("Origin", OURS_TOO).expect(200)))
        .containsEntry("access-control-allow-origin", OURS_TOO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FOREIGN,
        "null",
        "*",
        OURS + "/",
        OURS + ":443",
        OURS + ".evil.example.com",
        "http://wallet.example.com",
        "https://WALLET.example.com",
        "https://a.wallet.example.com"
      })
  void anotherOriginIsToldNothing(String origin) {
    Response asked = preflight(server, "/api/3/wallet", origin);
    asked.expectError(405, "Method Not Allowed");

    assertThat(cors(asked)).isEqualTo(Map.of("vary", "Origin"));
    assertThat(cors(device.get("Origin", origin).expect(200))).isEqualTo(Map.of("vary", "Origin"));
  }

  @Test
  void whoIsNoBrowserNoticesNothing() {
    server
        .http()
        .send("OPTIONS", "/api/3/wallet", new byte[0])
        .expectError(405, "Method Not Allowed");
    assertThat(cors(device.get().expect(200))).isEqualTo(Map.of("vary", "Origin"));
  }

  @Test
  void aQuestionForTheMethodsIsNoPreflight() {
    server
        .http()
        .send("OPTIONS", "/api/3/wallet", new byte[0], "Origin", OURS)
        .expectError(405, "Method Not Allowed");
  }

  /** Otherwise a browser would tell its page of a network error. */
  @Test
  void aPageCanReadRefusalsToo() {
    refuseSignUpsOf("full@example.com");
    String[] page = {"Origin", OURS};

    List.of(
            device.get("Origin", OURS, "If-None-Match", etag()).expect(304),
            post("/api/3/wallet", "garbage").expect(400),
            server.http().get("/api/3/wallet?token=unknown", page).expect(401),
            server.http().get("/api/3/nothing", page).expect(404),
            server.http().send("DELETE", "/api/3/wallet", new byte[0], page).expect(405),
            server
                .http()
                .post("/api/3/wallet", with(wallet(device.token()), "hmac", "x"), page)
                .expect(409),
            post("/api/3/wallet", " ".repeat(100_001)).expect(413),
            server.http().post("/api/3/verify/resend", object("email", "a@b"), page).expect(403),
            server.http().post("/api/3/signup", signUp("full@example.com"), page).expect(503))
        .forEach(
            answer ->
                assertThat(cors(answer))
                    .as("%d %s", answer.status(), answer.body())
                    .isEqualTo(
                        Map.of(
                            "access-control-allow-origin", OURS,
                            "access-control-expose-headers",
                                "ETag, Preference-Applied, Retry-After, X-Request-Id",
                            "vary", "Origin")));
  }

  @Test
  void aPageGetsATicketAndOpensItsWebsocket() {
    preflight(server, "/api/3/websocket/ticket", OURS).expect(204);
    Response ticket =
        server
            .http()
            .post(
                "/api/3/websocket/ticket",
                "",
                "Origin",
                OURS,
                "Authorization",
                "Bearer " + device.token())
            .expect(200);
    assertThat(cors(ticket)).containsEntry("access-control-allow-origin", OURS);

    String query = "?ticket=" + ticket.text("ticket");
    try (PushSocket socket = PushSocket.open(server.http(), query, "Origin: " + OURS)) {
      socket.awaitSequence(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metrics",
        "/health/live",
        "/health/ready",
        "/api/3/verify?verifyToken=x",
        "/api/3/websocket?token=x",
        "/"
      })
  void whatIsNotForPagesIsNotOpenedToThem(String path) {
    assertThat(preflight(server, path, OURS).status()).isIn(404, 405);
    assertThat(cors(preflight(server, path, OURS))).isEmpty();
    assertThat(cors(server.http().get(path, "Origin", OURS))).isEmpty();
  }

  @Test
  void withoutListedOriginsNothingIsSaidAboutThem() {
    Response asked = preflight(withoutOrigins, "/api/3/wallet", OURS);
    asked.expectError(405, "Method Not Allowed");

    assertThat(cors(asked)).isEmpty();
    assertThat(cors(withoutOrigins.http().get("/api/3/wallet", "Origin", OURS))).isEmpty();
  }

  private static Response preflight(TestServer at, String path, String origin) {
    return at.http()
        .send(
            "OPTIONS",
            path,
            new byte[0],
            "Origin",
            origin,
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "authorization,content-type");
  }

  private static Response post(String path, String body) {
    return server.http().post(path, body, "Origin", OURS);
  }

  private static String etag() {
    return String.valueOf(device.get().header("ETag"));
  }

  /** What this database says when it is full. */
  private static void refuseSignUpsOf(String email) {
    TestPostgres.execute(
        server.database(),
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END$$");
    TestPostgres.execute(
        server.database(),
        "CREATE TRIGGER full_disk BEFORE INSERT ON accounts FOR EACH ROW WHEN (NEW.email = '"
            + email
            + "') EXECUTE FUNCTION full_disk()");
  }

  private static Map<String, String> cors(Response answer) {
    Map<String, String> headers = new TreeMap<>();
    answer
        .raw()
        .headers()
        .map()
        .forEach((name, all) -> headers.put(name.toLowerCase(Locale.ROOT), String.join("|", all)));
    headers.keySet().removeIf(name -> !name.startsWith("access-control-") && !name.equals("vary"));
    return headers;
  }
}
