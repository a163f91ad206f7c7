package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.changePassword;
import static walletsync.support.Bodies.logIn;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.wallet;
import static walletsync.support.Bodies.with;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.TestAccount;
import walletsync.support.TestMails;
import walletsync.support.TestServer;

/**
 * The order of checks: path, method, size, JSON, unknown member, validation, then token or
 * credentials, then sequence. Each request here breaks several rules; the first is named.
 */
class CheckOrderTest {
  @RegisterExtension
  static final TestServer server = TestServer.emailVerify(TestMails.inNewFolder().folder());

  /** Endpoints that take a body, each with one that is valid but for its credentials. */
  static Stream<Arguments> bodies() {
    TestAccount nobody = new TestAccount(server.http(), "nobody@example.com");
    return Stream.of(
        arguments("/api/3/signup", with(signUp("not an e-mail"))),
        arguments("/api/3/auth/full", with(logIn(nobody), "email", "not an e-mail")),
        arguments("/api/3/wallet", with(wallet("unknown"), "encryptedWallet", "")),
        arguments("/api/3/password", with(changePassword(nobody), "email", "not an e-mail")),
        arguments("/api/3/verify/resend", Http.object("email", "not an e-mail")));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void theMethodIsLookedAtBeforeTheSize(String path, Map<String, @Nullable Object> body) {
    send("PUT", path, " ".repeat(100_001)).expectError(405, "Method Not Allowed");
    send("DELETE", path, "garbage").expectError(405, "Method Not Allowed");
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void theSizeIsLookedAtBeforeTheJson(String path, Map<String, @Nullable Object> body) {
    send("POST", path, "x".repeat(100_001)).expectError(413, "Request Entity Too Large");
    send("POST", path, Http.json(body) + " ".repeat(100_001))
        .expectError(413, "Request Entity Too Large");
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void theJsonIsReadToItsEndBeforeAMemberIsUnknown(
      String path, Map<String, @Nullable Object> body) {
    String json = Http.json(with(body, "x", 1));

    send("POST", path, json + "}").expectError(400, "Bad Request: Error parsing JSON");
    send("POST", path, json.substring(0, json.length() - 1))
        .expectError(400, "Bad Request: Error parsing JSON");
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void anUnknownMemberIsNamedBeforeTheRulesAreLookedAt(
      String path, Map<String, @Nullable Object> body) {
    send("POST", path, Http.json(with(body, "x", 1)))
        .expectError(400, "Bad Request: json: unknown field \"x\"");
    send("POST", path, "{\"x\":null}").expectError(400, "Bad Request: json: unknown field \"x\"");
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void theRulesAreLookedAtBeforeTokensAndCredentials(
      String path, Map<String, @Nullable Object> body) {
    Response answer = send("POST", path, Http.json(body)).expect(400);

    assertThat(answer.text("error")).startsWith("Bad Request: Request failed validation: ");
  }

  @Test
  void aTokenIsLookedUpBeforeTheSequenceIsCompared() {
    server
        .http()
        .post("/api/3/wallet", with(wallet("unknown"), "sequence", 99))
        .expectError(401, "Unauthorized: Token Not Found");
  }

  @Test
  void theMethodIsLookedAtBeforeTheToken() {
    send("PUT", "/api/3/wallet", "").expectError(405, "Method Not Allowed");
    send("POST", "/api/3/websocket", "").expectError(405, "Method Not Allowed");
    send("POST", "/api/3/verify", "").expectError(405, "Method Not Allowed");
    send("POST", "/api/3/client-salt-seed", "").expectError(405, "Method Not Allowed");
  }

  private static Response send(String method, String path, String body) {
    return server.http().send(method, path, body.getBytes(StandardCharsets.UTF_8));
  }
}
