package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.MISSING;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.with;

import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestServer;

/** {@code POST /signup}; what is special about EmailVerify is in {@link VerifyTest}. */
class SignUpTest {
  private static final String EMAIL =
      "Bad Request: Request failed validation: Invalid or missing 'email'";
  private static final String PASSWORD =
      "Bad Request: Request failed validation: Invalid or missing 'password'";
  private static final String SALT_SEED =
      "Bad Request: Request failed validation: Invalid or missing 'clientSaltSeed'";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @RegisterExtension
  static final TestServer invitesOnly = TestServer.whitelist("joe@example.com", "Ann@example.com");

  @Test
  void aNewAccountIsVerifiedAtOnce() {
    Response answer = post(server, signUp("new@example.com")).expect(201);

    assertThat(answer.body()).isEqualTo("{\"verified\":true}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  static Stream<Arguments> spoiltMembers() {
    return Stream.of(
        arguments("email", MISSING, EMAIL),
        arguments("email", null, EMAIL),
        arguments("email", "", EMAIL),
        arguments("email", " ", EMAIL),
        arguments("email", "nobody", EMAIL),
        arguments("email", "a\0@example.com", EMAIL),
        arguments("password", MISSING, PASSWORD),
        arguments("password", null, PASSWORD),
        arguments("password", "", PASSWORD),
        arguments("password", "1234567", PASSWORD),
        arguments("password", "ééé1", PASSWORD),
        arguments("password", "😀€", PASSWORD),
        arguments("clientSaltSeed", MISSING, SALT_SEED),
        arguments("clientSaltSeed", null, SALT_SEED),
        arguments("clientSaltSeed", "", SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(63), SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(65), SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(63) + "g", SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(63) + "\n", SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(64) + "\n", SALT_SEED),
        arguments("clientSaltSeed", "0x" + "a".repeat(62), SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(63) + "\uFF11", SALT_SEED),
        arguments("clientSaltSeed", "a".repeat(63) + "\0", SALT_SEED));
  }

  @ParameterizedTest
  @MethodSource("spoiltMembers")
  void aBodyThatBreaksARuleIsRefusedWithItsReason(
      String member, @Nullable Object value, String error) {
    post(server, with(signUp("valid@example.com"), member, value)).expectError(400, error);
  }

  @Test
  void theFirstRuleThatIsBrokenIsNamed() {
    Map<String, @Nullable Object> body =
        with(signUp("nobody"), "password", "short", "clientSaltSeed", "short");

    post(server, body).expectError(400, EMAIL);
    post(server, with(body, "email", "a@example.com")).expectError(400, PASSWORD);
    post(server, with(body, "email", "a@example.com", "password", "long enough"))
        .expectError(400, SALT_SEED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678",
        "éééé",
        "😀😀",
        "        ",
        "\0\0\0\0\0\0\0\0",
        "\"\\\b\n\r\t\u2028%s"
      })
  void anyPasswordOfEightBytesIsTaken(String password) {
    String email = "password" + password.hashCode() + "@example.com";

    post(server, with(signUp(email), "password", password)).expect(201);
    logIn(email, password).expect(200);
  }

  @Test
  void aPasswordIsNeitherTrimmedNorNormalizedNorCut() {
    String composed = "caf\u00e9 au lait";
    post(server, with(signUp("composed@example.com"), "password", composed)).expect(201);

    logIn("composed@example.com", "cafe\u0301 au lait").expect(401);
    logIn("composed@example.com", composed + " ").expect(401);
    logIn("composed@example.com", composed).expect(200);

    String large = "x".repeat(90_000);
    post(server, with(signUp("large@example.com"), "password", large + "1")).expect(201);
    logIn("large@example.com", large + "2").expect(401);
    logIn("large@example.com", large + "1").expect(200);
  }

  @Test
  void anAddressCanSignUpOnceInWhateverCase() {
    post(server, signUp("Joe@Example.com")).expect(201);

    post(server, signUp("Joe@Example.com")).expectError(409, "Conflict: Error registering");
    post(server, signUp("jOE@eXAMPLE.COM")).expectError(409, "Conflict: Error registering");
    assertThat(
            Rows.read(
                server, "SELECT email FROM accounts WHERE email_normalized = 'joe@example.com'"))
        .isEqualTo("Joe@Example.com");
  }

  @Test
  void anAddressOfNinetyThousandBytesIsTaken() {
    String email = "x".repeat(90_000) + "@example.com";

    post(server, signUp(email)).expect(201);
    post(server, signUp(email)).expectError(409, "Conflict: Error registering");
    logIn(email, "password one").expect(200);
  }

  @Test
  void theWhitelistIsComparedToTheLetter() {
    post(invitesOnly, signUp("joe@example.com")).expect(201);
    post(invitesOnly, signUp("Ann@example.com")).expect(201);

    post(invitesOnly, signUp("Joe@example.com"))
        .expectError(403, "Forbidden: Account not whitelisted");
    post(invitesOnly, signUp("ann@example.com"))
        .expectError(403, "Forbidden: Account not whitelisted");
    post(invitesOnly, signUp("eve@example.com"))
        .expectError(403, "Forbidden: Account not whitelisted");
  }

  @Test
  void theWhitelistIsLookedAtAfterValidation() {
    post(invitesOnly, with(signUp("eve@example.com"), "password", "short"))
        .expectError(400, PASSWORD);
    post(invitesOnly, with(signUp("eve@example.com"), "clientSaltSeed", "short"))
        .expectError(400, SALT_SEED);
  }

  private static Response logIn(String email, String password) {
    return server
        .http()
        .post("/api/3/auth/full", Map.of("email", email, "password", password, "deviceId", "d"));
  }

  private static Response post(TestServer server, Map<String, @Nullable Object> body) {
    return server.http().post("/api/3/signup", body);
  }
}
