package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.MISSING;
import static walletsync.support.Bodies.logIn;
import static walletsync.support.Bodies.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** {@code POST /auth/full}, and what becomes of the tokens that it gives. */
class AuthTest {
  private static final String INVALID = "Bad Request: Request failed validation: ";
  private static final String NO_MATCH = "Unauthorized: No match for email and/or password";

  @RegisterExtension static final TestServer server = TestServer.allowAll();
  static TestAccount joe;

  @BeforeAll
  static void signUp() {
    joe = server.newAccount();
  }

  @Test
  void aLoginAnswersWithATokenOfFourteenDays() {
    Response answer = post(with(logIn(joe), "deviceId", "laptop")).expect(200);

    JsonNode body = answer.json();
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(body.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("token", "deviceId", "scope", "userId", "expiration");
    assertThat(body.get("token").textValue()).matches("[0-9a-f]{64}");
    assertThat(body.get("deviceId").textValue()).isEqualTo("laptop");
    assertThat(body.get("scope").textValue()).isEqualTo("*");
    assertThat(body.get("userId").isIntegralNumber()).isTrue();
    assertThat(OffsetDateTime.parse(body.get("expiration").textValue()).toInstant())
        .isCloseTo(Instant.now().plus(14, ChronoUnit.DAYS), within(5, ChronoUnit.MINUTES));
  }

  static Stream<Arguments> spoiltMembers() {
    return Stream.of(
        arguments("email", MISSING, "Invalid 'email'"),
        arguments("email", null, "Invalid 'email'"),
        arguments("email", "", "Invalid 'email'"),
        arguments("email", "nobody", "Invalid 'email'"),
        arguments("email", "a\0@example.com", "Invalid 'email'"),
        arguments("password", MISSING, "Invalid or missing 'password'"),
        arguments("password", null, "Invalid or missing 'password'"),
        arguments("password", "", "Invalid or missing 'password'"),
        arguments("password", "1234567", "Invalid or missing 'password'"),
        arguments("password", "ééé1", "Invalid or missing 'password'"),
        arguments("deviceId", MISSING, "Missing 'deviceId'"),
        arguments("deviceId", null, "Missing 'deviceId'"),
        arguments("deviceId", "", "Missing 'deviceId'"),
        arguments("deviceId", "\0", "Invalid 'deviceId'"),
        arguments("deviceId", "lap\0top", "Invalid 'deviceId'"));
  }

  @ParameterizedTest
  @MethodSource("spoiltMembers")
  void aBodyThatBreaksARuleIsRefusedWithItsReason(
      String member, @Nullable Object value, String reason) {
    post(with(logIn(joe), member, value)).expectError(400, INVALID + reason);
  }

  @Test
  void theFirstRuleThatIsBrokenIsNamed() {
    Map<String, @Nullable Object> body =
        with(logIn(joe), "email", "nobody", "password", "short", "deviceId", "");

    post(body).expectError(400, INVALID + "Invalid 'email'");
    post(with(body, "email", joe.email()))
        .expectError(400, INVALID + "Invalid or missing 'password'");
    post(with(body, "email", joe.email(), "password", "wrong password"))
        .expectError(400, INVALID + "Missing 'deviceId'");
  }

  @Test
  void aWrongPasswordAndAnUnknownAddressGetTheSameAnswer() {
    post(with(logIn(joe), "password", "password two")).expectError(401, NO_MATCH);
    post(with(logIn(joe), "email", "unknown@example.com")).expectError(401, NO_MATCH);
  }

  @Test
  void anAddressIsKnownInWhateverCase() {
    post(with(logIn(joe), "email", joe.email().toUpperCase(Locale.ROOT))).expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "100%d %s%%", "Gerät 用户 😀", "a\"b\\c\n\u0001\u2028</script>"})
  void aDeviceIdIsAnyTextAndComesBackAsItWasSent(String deviceId) {
    assertThat(post(with(logIn(joe), "deviceId", deviceId)).expect(200).text("deviceId"))
        .isEqualTo(deviceId);
  }

  @Test
  void aDeviceIdOfNinetyThousandBytesIsTaken() {
    String deviceId = "d".repeat(90_000);

    String first = token(deviceId);
    String second = token(deviceId);

    get(first).expectError(401, "Unauthorized: Token Not Found");
    get(second).expectError(404, "Not Found: No wallet");
  }

  @Test
  void aNewLoginReplacesTheTokenOfItsDeviceOnly() {
    String laptop = token("laptop 1");
    String otherCase = token("Laptop 1");
    String otherBlanks = token("laptop 1 ");

    String laptopAgain = token("laptop 1");

    get(laptop).expectError(401, "Unauthorized: Token Not Found");
    get(laptopAgain).expect(404);
    get(otherCase).expect(404);
    get(otherBlanks).expect(404);
  }

  @Test
  void theUserIdIsTheSameAtEveryLoginAndAnothersIsAnother() {
    JsonNode first = post(with(logIn(joe), "deviceId", "one")).expect(200).json().get("userId");
    JsonNode second = post(with(logIn(joe), "deviceId", "two")).expect(200).json().get("userId");
    JsonNode others = server.newAccount().tryLogIn("one").expect(200).json().get("userId");

    assertThat(second).isEqualTo(first);
    assertThat(others).isNotEqualTo(first);
  }

  @Test
  void aTokenDiesWithItsSession() {
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("device");
    device.post("wallet", 1, "hmac").expect(200);

    Rows.change(
        server,
        """
        UPDATE auth_tokens SET expires = now() - interval '1 second'
        WHERE account_id = (SELECT id FROM accounts WHERE email = ?)
        """,
        account.email());

    device.get().expectError(401, "Unauthorized: Token Not Found");
    device.post("wallet", 2, "hmac").expectError(401, "Unauthorized: Token Not Found");
    account.logIn("device").get().expect(200);
  }

  @Test
  void aTokenIsStoredAsItsHashOnly() {
    String token = token("hashed");

    assertThat(
            Rows.read(
                server,
                "SELECT encode(token_hash, 'hex') = encode(sha256(?::bytea), 'hex')"
                    + " FROM auth_tokens WHERE device_id = 'hashed'",
                token))
        .isEqualTo("t");
    assertThat(
            Rows.read(
                server,
                "SELECT count(*) FROM auth_tokens t WHERE t::text LIKE ?",
                "%" + token + "%"))
        .isEqualTo("0");
  }

  private static String token(String deviceId) {
    return String.valueOf(post(with(logIn(joe), "deviceId", deviceId)).expect(200).text("token"));
  }

  private static Response get(String token) {
    return server.http().get("/api/3/wallet?token=" + token);
  }

  private static Response post(Map<String, @Nullable Object> body) {
    return server.http().post("/api/3/auth/full", body);
  }
}
