package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.changePassword;
import static walletsync.support.Bodies.logIn;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.wallet;
import static walletsync.support.Bodies.with;
import static walletsync.support.Http.object;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Refusal;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushTransport;
import walletsync.support.ApiDocument;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.PushSocket;
import walletsync.support.RawHttp;
import walletsync.support.TestAccount;
import walletsync.support.TestMails;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** {@code docs/openapi.yaml} says what the server does, and nothing else. */
class ApiDocumentTest {
  private static final List<String> METHODS =
      List.of("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE");

  private static final String SIGN_UP = "POST /api/3/signup";
  private static final String LOG_IN = "POST /api/3/auth/full";
  private static final String READ = "GET /api/3/wallet";
  private static final String SAVE = "POST /api/3/wallet";
  private static final String CHANGE_PASSWORD = "POST /api/3/password";
  private static final String SALT_SEED = "GET /api/3/client-salt-seed";
  private static final String VERIFY = "GET /api/3/verify";
  private static final String RESEND = "POST /api/3/verify/resend";
  private static final String WEBSOCKET = "GET /api/3/websocket";
  private static final String TICKET = "POST /api/3/websocket/ticket";

  private static final String NO_TOKEN = "?token=unknown";

  private static final TestMails mails = TestMails.inNewFolder();

  /** One websocket for each account. */
  @RegisterExtension
  static final TestServer server =
      TestServer.emailVerify(mails.folder()).withPush(push(1, Set.of()));

  @RegisterExtension
  static final TestServer invitesOnly =
      TestServer.whitelist("joe@example.com")
          .withPush(push(1, Set.of("https://wallet.example.com")));

  private final ApiDocument document = ApiDocument.read();

  private static PushSettings push(int websockets, Set<String> origins) {
    return new PushSettings(PushTransport.POSTGRES, websockets, origins, Duration.ZERO);
  }

  @Test
  void theDocumentHasThePathsAndMethodsOfTheServer() {
    assertThat(document.paths()).containsExactlyInAnyOrderElementsOf(paths());
    for (String path : document.paths()) {
      Set<String> there =
          METHODS.stream()
              .filter(
                  method ->
                      RawHttp.send(server, method + " " + path + " HTTP/1.1", "Content-Length: 0")
                              .status()
                          != 405)
              .collect(Collectors.toSet());
      assertThat(there).as(path).isEqualTo(document.methods(path));
    }
  }

  private static List<String> paths() {
    return Arrays.stream(ApiPaths.class.getFields())
        .map(ApiDocumentTest::text)
        .filter(path -> !path.endsWith("/"))
        .toList();
  }

  private static String text(Field constant) {
    try {
      return String.valueOf(constant.get(null));
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theDocumentHasTheStatusOfEachRefusal() {
    assertThat(Arrays.stream(Refusal.values()).map(Refusal::status))
        .allMatch(status -> document.answers().stream().anyMatch(it -> it.endsWith(" " + status)));
  }

  /** Only slowness and outages are left out, which take their time, and tests of their own. */
  @Test
  void everyAnswerOfTheDocumentIsGivenAndIsAsItSays() {
    TestAccount account = new TestAccount(server.http(), "joe@example.com");
    becomeVerified(account);
    String token = logInTo(account);
    readAndSave(token);
    openWebsockets(token);
    askForMails(account);
    changeThePassword(account);
    keepOut();
    sendWhatCannotBeRead();
    breakTheDatabase(account, token);

    assertThat(document.seen())
        .containsExactlyInAnyOrderElementsOf(
            document.answers().stream()
                .filter(answer -> !answer.endsWith(" 408") && !answer.endsWith(" 503"))
                .toList());
  }

  private void becomeVerified(TestAccount account) {
    String link = mails.mailOf(201, () -> post(SIGN_UP, signUp(account.email()))).token();
    refused(SIGN_UP, 409, signUp(account.email()));
    refused(LOG_IN, 401, logIn(account));
    get(VERIFY, "", 400);
    get(VERIFY, "?verifyToken=unknown", 403);
    get(VERIFY, "?verifyToken=unknown", 403, "Accept", "text/html");
    get(VERIFY, "?verifyToken=" + link, 200);
  }

  private String logInTo(TestAccount account) {
    get(SALT_SEED, "?email=" + base64(account.email()), 200);
    get(SALT_SEED, "?email=" + base64("nobody@example.com"), 404);
    get(SALT_SEED, "", 400);
    Response answer = post(LOG_IN, logIn(account)).expect(200);
    return Objects.requireNonNull(answer.text("token"));
  }

  private void readAndSave(String token) {
    Map<String, @Nullable Object> first = wallet(token);
    Map<String, @Nullable Object> second = with(first, "sequence", 2);
    get(READ, "?token=" + token, 404);
    refused(SAVE, 409, second); // there is nothing to merge with
    post(SAVE, first).expect(200);
    Response read = get(READ, "?token=" + token, 200);
    get(READ, "?token=" + token, 304, "If-None-Match", String.valueOf(read.header("ETag")));
    refused(SAVE, 409, with(first, "encryptedWallet", "another"));
    assertThat(post(SAVE, second, "Prefer", "return=minimal").expect(200).body()).isEqualTo("{}");
    assertThat(refused(SAVE, 409, first).json().get("accepted").booleanValue()).isTrue();
    get(READ, "", 400);
    get(READ, NO_TOKEN, 401);
    refused(SAVE, 401, wallet("unknown"));
  }

  private void openWebsockets(String token) {
    Response issued = post(TICKET, object("token", token)).expect(200);
    try (PushSocket first = PushSocket.open(server.http(), "?ticket=" + issued.text("ticket"))) {
      assertThat(first.isOpen()).isTrue();
      checkUpgrade(server, "?token=" + token, 429);
    }
    checkUpgrade(server, NO_TOKEN, 401);
    get(WEBSOCKET, "", 400);
    Response answer = issued;
    while (answer.status() == 200) {
      answer = document.check(TICKET, post(TICKET, "", "Authorization", "Bearer " + token));
    }
    answer.expect(429);
    refused(TICKET, 401, object("token", "unknown"));
  }

  private void askForMails(TestAccount verified) {
    refused(RESEND, 409, object("email", verified.email()));
    refused(RESEND, 401, object("email", "nobody@example.com"));
    post(SIGN_UP, signUp("ann@example.com")).expect(201);
    Response answer = post(RESEND, object("email", "ann@example.com")).expect(200);
    while (answer.status() == 200) {
      answer = post(RESEND, object("email", "ann@example.com"));
    }
    answer.expect(429);
  }

  private void changeThePassword(TestAccount account) {
    Map<String, @Nullable Object> change = changePassword(account);
    refused(CHANGE_PASSWORD, 401, with(change, "oldPassword", "wrong password"));
    refused(CHANGE_PASSWORD, 409, change);
    post(CHANGE_PASSWORD, with(change, "encryptedWallet", "w", "sequence", 3, "hmac", "h"))
        .expect(200);
  }

  private void keepOut() {
    TestAccount joe = new TestAccount(invitesOnly.http(), "joe@example.com");
    joe.signUp().expect(201);
    String token = joe.logIn("laptop").token();
    checkUpgrade(invitesOnly, "?token=" + token, 403, "Origin: https://else.example.com");
    checkUpgrade(invitesOnly, "?token=" + token, 101, "Origin: https://wallet.example.com");
    document.check(
        SIGN_UP, invitesOnly.http().post("/api/3/signup", signUp("ann@example.com")).expect(403));
    document.check(
        RESEND,
        invitesOnly
            .http()
            .post("/api/3/verify/resend", object("email", "joe@example.com"))
            .expect(403));
  }

  private void sendWhatCannotBeRead() {
    for (String operation : operations()) {
      String path = path(operation);
      if (operation.startsWith("POST")) {
        document.check(operation, server.http().post(path, "garbage").expect(400));
        document.check(operation, server.http().post(path, " ".repeat(100_001)).expect(413));
      }
      raw(operation, 405, "BREW " + path + " HTTP/1.1");
      raw(operation, 414, operation + "?" + "x".repeat(20_000) + " HTTP/1.1");
      raw(operation, 431, operation + " HTTP/1.1", "X: " + "x".repeat(20_000));
    }
  }

  /** At last, as nothing works any more then. */
  private void breakTheDatabase(TestAccount account, String token) {
    for (String table : List.of("accounts", "auth_tokens")) {
      TestPostgres.execute(
          server.database(), "ALTER TABLE %1$s RENAME TO %1$s_of_old".formatted(table));
    }
    refused(SIGN_UP, 500, signUp("new@example.com"));
    refused(LOG_IN, 500, logIn(account));
    refused(SAVE, 500, wallet(token));
    refused(CHANGE_PASSWORD, 500, changePassword(account));
    refused(RESEND, 500, object("email", account.email()));
    refused(TICKET, 500, object("token", token));
    get(READ, "?token=" + token, 500);
    get(SALT_SEED, "?email=" + base64(account.email()), 500);
    get(VERIFY, "?verifyToken=x", 500);
    get(WEBSOCKET, "?token=" + token, 500);
  }

  private List<String> operations() {
    return document.paths().stream()
        .flatMap(path -> document.methods(path).stream().map(method -> method + " " + path))
        .toList();
  }

  private Response get(String operation, String query, int status, String... headers) {
    Response answer = server.http().get(path(operation) + query, headers).expect(status);
    return document.check(operation, answer);
  }

  private Response refused(String operation, int status, Map<String, ?> body) {
    return post(operation, body).expect(status);
  }

  private Response post(String operation, Map<String, ?> body, String... headers) {
    return post(operation, Http.json(body), headers);
  }

  private Response post(String operation, String body, String... headers) {
    document.checkRequest(operation, body);
    return document.check(operation, server.http().post(path(operation), body, headers));
  }

  private void checkUpgrade(TestServer at, String query, int status, String... headers) {
    PushSocket.Answer answer = PushSocket.tryOpen(at.http(), query, headers);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    document.check(WEBSOCKET, status, answer.headers(), answer.body());
  }

  private void raw(String operation, int status, String requestLine, String... headers) {
    String[] all =
        Stream.concat(Stream.of("Content-Length: 0"), Stream.of(headers)).toArray(String[]::new);
    RawHttp.Answer answer = RawHttp.send(server, requestLine, all);
    assertThat(answer.status()).as(operation).isEqualTo(status);
    document.check(operation, status, answer.headers(), answer.body());
  }

  private static String path(String operation) {
    return operation.substring(operation.indexOf(' ') + 1);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
