package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.signUp;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http;
import walletsync.support.TestServer;

/** What counts as JSON, at every endpoint that takes a body. */
class JsonBodyTest {
  private static final String MALFORMED = "Bad Request: Error parsing JSON";
  private static final String INVALID_EMAIL =
      "Bad Request: Request failed validation: Invalid or missing 'email'";
  private static final String RESEND = "/api/3/verify/resend";

  /** Where nothing is known of the address: the answer to a body that was understood. */
  private static final String UNDERSTOOD = "Unauthorized: No match for email";

  @RegisterExtension
  static final TestServer server =
      TestServer.emailVerify(walletsync.support.TestMails.inNewFolder().folder());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        " null ",
        "true",
        "1",
        "\"text\"",
        "[]",
        "[{\"email\":\"a@b\"}]",
        " ",
        "\n",
        "{",
        "}",
        "{}}",
        "{} {}",
        "{\"email\":\"a@b\"}x",
        "{\"email\":\"a@b\"}null",
        "{\"email\":\"a@b\"}{\"email\":\"a@b\"}",
        "{\"email\":\"a@b\"},",
        "{\"email\":\"a@b\"}\0",
        "{\"email\":\"a@b\"}\u00a0",
        "{\"email\":\"a@b\"}\f",
        "{\"email\":\"a@b\"} // comment",
        "{\"email\":\"a@b\",}",
        "{\"email\":\"a@b\" \"x\":1}",
        "{email:\"a@b\"}",
        "{'email':'a@b'}",
        "{\"email\" \"a@b\"}",
        "{\"email\":\"a@b}",
        "{\"email\":\"a@b\\x\"}",
        "{\"email\":\"a@b\\u12\"}",
        "{\"email\":\"a\n@b\"}",
        "{\"email\":\"a\t@b\"}",
        "{\"email\":a@b}",
        "email=a%40b",
        "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@b\r\n--x--"
      })
  void whatIsNotOneObjectIsNotJson(String body) {
    server.http().post(RESEND, body).expectError(400, MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/3/signup", "/api/3/auth/full", "/api/3/wallet", "/api/3/password", RESEND})
  void everyEndpointIsAsStrict(String path) {
    for (String body : new String[] {"null", "", "{", "[]", "garbage", "{} x"}) {
      server
          .http()
          .send("POST", path, body.getBytes(StandardCharsets.UTF_8))
          .expectError(400, MALFORMED);
    }
    server
        .http()
        .post(path, "{\"admin\":true}")
        .expectError(400, "Bad Request: json: unknown field \"admin\"");
  }

  static Stream<Arguments> membersOfTheWrongType() {
    return Stream.of(
            "/api/3/signup email",
            "/api/3/signup password",
            "/api/3/signup clientSaltSeed",
            "/api/3/auth/full email",
            "/api/3/auth/full password",
            "/api/3/auth/full deviceId",
            "/api/3/wallet token",
            "/api/3/wallet encryptedWallet",
            "/api/3/wallet hmac",
            "/api/3/password email",
            "/api/3/password oldPassword",
            "/api/3/password newPassword",
            "/api/3/password clientSaltSeed",
            "/api/3/password encryptedWallet",
            "/api/3/password hmac",
            RESEND + " email")
        .map(endpoint -> arguments((Object[]) endpoint.split(" ", -1)));
  }

  @ParameterizedTest
  @MethodSource("membersOfTheWrongType")
  void aMemberOfTheWrongTypeIsNotJson(String path, String member) {
    for (String value : new String[] {"0", "1", "1.5", "true", "false", "[]", "{}", "[\"a@b\"]"}) {
      server.http().post(path, "{\"" + member + "\":" + value + "}").expectError(400, MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\udc00",
        "x\\uD83Dx",
        "\\ude00\\ud83d",
        "\\ud83d\\ud83d\\ude00",
        "\\ud83d"
      })
  void halfASurrogatePairIsNotJson(String half) {
    for (String body :
        new String[] {
          "{\"email\":\"" + half + "@example.com\"}",
          "{\"" + half + "\":\"a@b\"}",
          "{\"email\":\"a@b\",\"x\":\"" + half + "\"}",
          "{\"email\":\"a@b\",\"x\":[1,{\"y\":[\"" + half + "\"]}]}",
          "{\"email\":\"a@b\",\"x\":{\"" + half + "\":1}}"
        }) {
      server.http().post(RESEND, body).expectError(400, MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " \t\r\n{ \"email\" : \"joe@example.com\" } \n",
        "{\"\\u0065mail\":\"joe@example.com\"}",
        "{\"email\":\"joe\\u0040example.com\"}",
        "{\"email\":\"\\ud83d\\ude00@example.com\"}",
        "{\"email\":\"\\u00e9@example.com\"}"
      })
  void jsonMayBeWrittenInManyWays(String body) {
    server.http().post(RESEND, body).expectError(401, UNDERSTOOD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"email\":null}",
        "{\"email\":\"\"}",
        "{\"email\":\"x@y\",\"email\":\"\"}"
      })
  void nullAndEmptyTextCountAsMissing(String body) {
    server.http().post(RESEND, body).expectError(400, INVALID_EMAIL);
  }

  @Test
  void ofSeveralMembersWithOneNameTheLastCounts() {
    server
        .http()
        .post(RESEND, "{\"email\":\"nobody\",\"email\":\"joe@example.com\"}")
        .expectError(401, UNDERSTOOD);
    server
        .http()
        .post(RESEND, "{\"email\":\"joe@example.com\",\"email\":\"nobody\"}")
        .expectError(400, INVALID_EMAIL);
    server
        .http()
        .post(RESEND, "{\"email\":1,\"email\":\"joe@example.com\"}")
        .expectError(400, MALFORMED);
    server
        .http()
        .post(
            "/api/3/wallet",
            "{\"token\":\"x\",\"encryptedWallet\":\"w\",\"hmac\":\"h\","
                + "\"sequence\":1,\"sequence\":0}")
        .expectError(
            400, "Bad Request: Request failed validation: Missing or zero-value 'sequence'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Email", "EMAIL", "e-mail", " email", "email ", "", "é", "x y"})
  void namesAreExactAndUnknownOnesAreNamed(String name) {
    server
        .http()
        .post(RESEND, Http.object("email", "joe@example.com", name, "x"))
        .expectError(400, "Bad Request: json: unknown field \"" + name + "\"");
  }

  @Test
  void theFirstUnknownMemberIsNamed() {
    server
        .http()
        .post(RESEND, "{\"b\":{\"a\":[1,null,{}]},\"email\":\"\",\"a\":2}")
        .expectError(400, "Bad Request: json: unknown field \"b\"");
  }

  @Test
  void aQuoteInAnUnknownNameIsEscaped() {
    server
        .http()
        .post(RESEND, "{\"a\\\"b\":1}")
        .expectError(400, "Bad Request: json: unknown field \"a\\\"b\"");
  }

  @Test
  void whatIsMadeToExhaustAParserIsRefused() {
    for (String body :
        new String[] {
          "{\"x\":" + "[".repeat(90_000),
          "{\"x\":" + "[".repeat(40_000) + "]".repeat(40_000) + "}",
          "{\"x\":" + "{\"a\":".repeat(15_000) + "1" + "}".repeat(15_000) + "}",
          "{\"" + "n".repeat(90_000) + "\":1}",
          "{\"x\":" + "9".repeat(90_000) + "}",
          "{\"x\":1e" + "9".repeat(90_000) + "}"
        }) {
      assertThat(server.http().post(RESEND, body).status()).isEqualTo(400);
    }
    server
        .http()
        .post(
            "/api/3/wallet",
            "{\"token\":\"x\",\"encryptedWallet\":\"w\",\"hmac\":\"h\",\"sequence\":"
                + "9".repeat(90_000)
                + "}")
        .expectError(400, MALFORMED);
  }

  @Test
  void anEmailOfNinetyThousandBytesIsLookedUp() {
    server
        .http()
        .post(RESEND, Http.object("email", "x".repeat(90_000) + "@example.com"))
        .expectError(401, UNDERSTOOD);
    server
        .http()
        .post("/api/3/signup", signUp("x@".repeat(40_000)))
        .expectError(400, INVALID_EMAIL);
  }
}
