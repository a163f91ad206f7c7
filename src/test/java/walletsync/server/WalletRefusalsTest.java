package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.MISSING;
import static walletsync.support.Bodies.wallet;
import static walletsync.support.Bodies.with;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** What {@code GET} and {@code POST /wallet} refuse. */
class WalletRefusalsTest {
  private static final String INVALID = "Bad Request: Request failed validation: ";
  private static final String MALFORMED = "Bad Request: Error parsing JSON";
  private static final String BAD_SEQUENCE = "Conflict: Bad sequence number";
  private static final String NO_TOKEN = "Unauthorized: Token Not Found";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  /** Logged in, and without a wallet: no test stores one here. */
  static TestDevice empty;

  @BeforeAll
  static void logIn() {
    empty = server.newAccount().logIn("device");
  }

  @Test
  void anAccountWithoutAWalletHasNone() {
    empty.get().expectError(404, "Not Found: No wallet");
    empty.get("If-None-Match", "*").expectError(404, "Not Found: No wallet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "deadbeef",
        "%20",
        "%00",
        "a%0Ab",
        "%F0%9F%98%80",
        "%FF",
        "'%20OR%201=1%20--",
        "%25zz",
        "null",
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
      })
  void aTokenOfAnyShapeIsLookedUp(String token) {
    server.http().get("/api/3/wallet?token=" + token).expectError(401, NO_TOKEN);
    server.http().get("/api/3/websocket?token=" + token).expectError(401, NO_TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", " ", "\0", "a\nb", "😀", "%zz", "\"", "\u2028"})
  void aTokenOfAnyShapeInABodyIsLookedUp(String token) {
    post(wallet(token)).expectError(401, NO_TOKEN);
  }

  @Test
  void aTokenOfNinetyThousandBytesIsLookedUp() {
    post(wallet("t".repeat(90_000))).expectError(401, NO_TOKEN);
    server.http().get("/api/3/wallet?token=" + "t".repeat(15_000)).expectError(401, NO_TOKEN);
  }

  @Test
  void aTokenIsComparedToTheLetter() {
    assertThat(empty.token()).matches("[0-9a-f]{64}");
    String upper = empty.token().toUpperCase(Locale.ROOT);
    post(wallet(upper + "X")).expectError(401, NO_TOKEN);
    post(wallet(empty.token() + " ")).expectError(401, NO_TOKEN);
    post(wallet(empty.token().substring(1))).expectError(401, NO_TOKEN);
  }

  static Stream<Arguments> spoiltMembers() {
    return Stream.of(
        arguments("token", MISSING, "Missing 'token'"),
        arguments("token", null, "Missing 'token'"),
        arguments("token", "", "Missing 'token'"),
        arguments("encryptedWallet", MISSING, "Missing 'encryptedWallet'"),
        arguments("encryptedWallet", null, "Missing 'encryptedWallet'"),
        arguments("encryptedWallet", "", "Missing 'encryptedWallet'"),
        arguments("encryptedWallet", "\0", "Invalid 'encryptedWallet'"),
        arguments("encryptedWallet", "wal\0let", "Invalid 'encryptedWallet'"),
        arguments("hmac", MISSING, "Missing 'hmac'"),
        arguments("hmac", null, "Missing 'hmac'"),
        arguments("hmac", "", "Missing 'hmac'"),
        arguments("hmac", "\0", "Invalid 'hmac'"),
        arguments("hmac", "hm\0ac", "Invalid 'hmac'"),
        arguments("sequence", MISSING, "Missing or zero-value 'sequence'"),
        arguments("sequence", null, "Missing or zero-value 'sequence'"),
        arguments("sequence", 0, "Missing or zero-value 'sequence'"));
  }

  @ParameterizedTest
  @MethodSource("spoiltMembers")
  void aBodyThatBreaksARuleIsRefusedWithItsReason(
      String member, @Nullable Object value, String reason) {
    post(with(wallet(empty.token()), member, value)).expectError(400, INVALID + reason);
  }

  @Test
  void theFirstRuleThatIsBrokenIsNamed() {
    Map<String, @Nullable Object> body =
        with(wallet(""), "encryptedWallet", "", "hmac", "", "sequence", 0);

    post(body).expectError(400, INVALID + "Missing 'token'");
    post(with(body, "token", "x")).expectError(400, INVALID + "Missing 'encryptedWallet'");
    post(with(body, "token", "x", "encryptedWallet", "w"))
        .expectError(400, INVALID + "Missing 'hmac'");
    post(with(body, "token", "x", "encryptedWallet", "w", "hmac", "h"))
        .expectError(400, INVALID + "Missing or zero-value 'sequence'");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "0, 400, Bad Request: Request failed validation: Missing or zero-value 'sequence'",
        "null, 400, Bad Request: Request failed validation: Missing or zero-value 'sequence'",
        "-0, 400, " + MALFORMED,
        "-1, 400, " + MALFORMED,
        "-4294967295, 400, " + MALFORMED,
        "1.0, 400, " + MALFORMED,
        "0.0, 400, " + MALFORMED,
        "1e0, 400, " + MALFORMED,
        "1E+0, 400, " + MALFORMED,
        "0e0, 400, " + MALFORMED,
        "1., 400, " + MALFORMED,
        "01, 400, " + MALFORMED,
        "00, 400, " + MALFORMED,
        "+1, 400, " + MALFORMED,
        "0x1, 400, " + MALFORMED,
        "1_0, 400, " + MALFORMED,
        "\"1\", 400, " + MALFORMED,
        "\"\", 400, " + MALFORMED,
        "true, 400, " + MALFORMED,
        "false, 400, " + MALFORMED,
        "[1], 400, " + MALFORMED,
        "{}, 400, " + MALFORMED,
        "NaN, 400, " + MALFORMED,
        "Infinity, 400, " + MALFORMED,
        "4294967296, 400, " + MALFORMED,
        "9999999999, 400, " + MALFORMED,
        "18446744073709551616, 400, " + MALFORMED,
        "18446744073709551617, 400, " + MALFORMED,
        "1e400, 400, " + MALFORMED,
        "2, 409, " + BAD_SEQUENCE,
        "2147483648, 409, " + BAD_SEQUENCE,
        "4294967295, 409, " + BAD_SEQUENCE
      })
  void aSequenceIsAnUnsignedNumberOfThirtyTwoBits(String sequence, int status, String error) {
    server
        .http()
        .post(
            "/api/3/wallet",
            "{\"token\":\"%s\",\"encryptedWallet\":\"w\",\"hmac\":\"h\",\"sequence\":%s}"
                .formatted(empty.token(), sequence))
        .expectError(status, error);
  }

  @ParameterizedTest
  @ValueSource(longs = {2_147_483_648L, 4_294_967_295L})
  void aLargeSequenceIsStored(long sequence) {
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("device");
    device.post("wallet", 1, "hmac").expect(200);
    Rows.setSequence(server, account, sequence - 1);

    device.post("large", sequence, "hmac").expect(200);

    assertThat(device.get().expect(200).body())
        .isEqualTo(
            "{\"encryptedWallet\":\"large\",\"sequence\":" + sequence + ",\"hmac\":\"hmac\"}");
    device.post("large", sequence, "hmac").expect(200);
    device.post("wallet", 1, "another").expect(409);
  }

  @Test
  void aTokenIsCheckedBeforeTheSequence() {
    post(with(wallet("unknown"), "sequence", 77)).expectError(401, NO_TOKEN);
  }

  @Test
  void aWalletWhoseRowStaysLockedIsRefusedForNow() throws SQLException {
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("device");
    try (Connection other = TestPostgres.connect(server.database());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "SELECT FROM wallet_heads WHERE account_id ="
              + " (SELECT id FROM accounts WHERE email = '"
              + account.email()
              + "') FOR UPDATE");

      Response answer = device.post("wallet", 1, "hmac");

      answer.expectError(503, "Service Unavailable");
      assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
    }
    device.post("wallet", 1, "hmac").expect(200);
  }

  private static Response post(Map<String, @Nullable Object> body) {
    return server.http().post("/api/3/wallet", body);
  }
}
