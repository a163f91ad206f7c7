package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.with;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import walletsync.support.Http.Response;
import walletsync.support.TestServer;

/** {@code GET /client-salt-seed}; {@link EmailVectorsTest} has more forms of the parameter. */
class ClientSaltSeedTest {
  private static final String PATH = "/api/3/client-salt-seed";
  private static final String INVALID = "Bad Request: Invalid email";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @ParameterizedTest
  @CsvSource({
    "lower, 0123456789abcdef",
    "upper, 0123456789ABCDEF",
    "mixed, 0123456789aBcDeF",
    "digits, 0000000000000000"
  })
  void aSeedComesBackAsItWasSent(String name, String quarter) {
    String email = name + "@example.com";
    String seed = quarter.repeat(4);
    server.http().post("/api/3/signup", with(signUp(email), "clientSaltSeed", seed)).expect(201);

    Response answer = get("?email=" + base64(email)).expect(200);

    assertThat(answer.body()).isEqualTo("{\"clientSaltSeed\":\"" + seed + "\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(get("?email=" + base64(name + "@EXAMPLE.com")).expect(200).text("clientSaltSeed"))
        .isEqualTo(seed);
  }

  @Test
  void anAddressThatNobodyHasIsNotFound() {
    get("?email=" + base64("unknown@example.com"))
        .expectError(404, "Not Found: No match for email");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing at all | ''",
        "no parameter | ?",
        "another case | ?Email=am9lQGV4YW1wbGUuY29t",
        "empty | ?email=",
        "no value | ?email",
        "not Base64 | ?email=joe@example.com",
        "not an e-mail | ?email=am9l",
        "a display name | ?email=Sm9lIDxqb2VAZXhhbXBsZS5jb20%2B",
        "NUL in an e-mail | ?email=YQBAZXhhbXBsZS5jb20=",
        "invalid UTF-8 in an e-mail | ?email=Yf9AZXhhbXBsZS5jb20=",
        "a surrogate in an e-mail | ?email=Ye2ggEBleGFtcGxlLmNvbQ==",
        "padding missing | ?email=YWJAYg",
        "padding of one missing | ?email=YWJAYg=",
        "padding in the middle | ?email=YWJAYg==YWJAYg==",
        "a blank | ?email=YWJj%20QGV4YW1wbGUuY29t",
        "a tab | ?email=YWJj%09QGV4YW1wbGUuY29t",
        "only line ends | ?email=%0D%0A"
      })
  void whatIsNoAddressInBase64IsInvalid(String what, String query) {
    get(query).expectError(400, INVALID);
  }

  @Test
  void otherParametersAreIgnored() {
    get("?x=1&email=" + base64("unknown@example.com") + "&Email=x&token=")
        .expectError(404, "Not Found: No match for email");
  }

  @Test
  void anAddressOfTenThousandBytesIsLookedUp() {
    get("?email=" + base64("x".repeat(10_000) + "@example.com"))
        .expectError(404, "Not Found: No match for email");
  }

  private static String base64(String email) {
    return URLEncoder.encode(
        Base64.getEncoder().encodeToString(email.getBytes(StandardCharsets.UTF_8)),
        StandardCharsets.UTF_8);
  }

  private static Response get(String query) {
    return server.http().get(PATH + query);
  }
}
