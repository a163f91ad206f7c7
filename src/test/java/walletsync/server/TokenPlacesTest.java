package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.MISSING;
import static walletsync.support.Bodies.wallet;
import static walletsync.support.Bodies.with;

import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.RawHttp;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** Where a token may stand: in the query or the body, as ever, or in a header. */
class TokenPlacesTest {
  private static final String WALLET = "/api/3/wallet";
  private static final String CONFLICTING = "Bad Request: Conflicting tokens";
  private static final String NO_PARAMETER = "Bad Request: Missing token parameter";
  private static final String NO_TOKEN = "Unauthorized: Token Not Found";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  /** A device whose account has a wallet. */
  static TestDevice device;

  @BeforeAll
  static void storeAWallet() {
    device = server.newAccount().logIn("device");
    device.post("wallet", 1, "hmac").expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER ", "bEaReR  "})
  void theSchemeOfTheHeaderIsOfAnyCase(String scheme) {
    get("", scheme + device.token()).expect(200);
    post(with(wallet(""), "token", MISSING), scheme + device.token()).expect(200);
  }

  @Test
  void aTokenOfTheHeaderStandsInForAMissingMember() {
    post(with(wallet(""), "token", null), "Bearer " + device.token()).expect(200);
    post(with(wallet(""), "token", ""), "Bearer " + device.token()).expect(200);
  }

  @Test
  void aTokenOfTheHeaderIsLookedUpLikeAnyOther() {
    get("", "Bearer unknown").expectError(401, NO_TOKEN);
    get("", "Bearer a b c").expectError(401, NO_TOKEN);
    post(with(wallet(""), "token", MISSING), "Bearer unknown").expectError(401, NO_TOKEN);
  }

  @Test
  void theSameTokenMayStandInTwoPlaces() {
    get("?token=" + device.token(), "Bearer " + device.token()).expect(200);
    post(wallet(device.token()), "Bearer " + device.token()).expect(200);
    server.http().get(WALLET + "?token=%1$s&token=%1$s".formatted(device.token())).expect(200);
  }

  @Test
  void twoTokensInOneRequestConflict() {
    get("?token=other", "Bearer " + device.token()).expectError(400, CONFLICTING);
    get("?token=" + device.token(), "Bearer other").expectError(400, CONFLICTING);
    post(wallet("other"), "Bearer " + device.token()).expectError(400, CONFLICTING);
    get("?token=" + device.token() + "&token=other").expectError(400, CONFLICTING);
    server
        .http()
        .get("/api/3/websocket?token=other", "Authorization", "Bearer " + device.token())
        .expectError(400, CONFLICTING);
    server
        .http()
        .get(WALLET, "Authorization", "Bearer " + device.token(), "Authorization", "Bearer other")
        .expectError(400, CONFLICTING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?", "?token=", "?token", "?Token=x", "?TOKEN=x", "?token%20=x", "?x=1"})
  void aQueryWithoutATokenIsRefused(String query) {
    server.http().get(WALLET + query).expectError(400, NO_PARAMETER);
    server.http().get("/api/3/websocket" + query).expectError(400, NO_PARAMETER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic dXNlcjpwYXNzd29yZA==", "Bearer", "Bearerx y", "Token x", ""})
  void aHeaderOfAnotherSchemeHasNoToken(String header) {
    RawHttp.send(server, "GET " + WALLET + " HTTP/1.1", "Authorization: " + header)
        .expectError(400, NO_PARAMETER);
    get("?token=" + device.token(), "Basic dXNlcjpwYXNzd29yZA==").expect(200);
  }

  @Test
  void unknownParametersAreIgnored() {
    get("?x=%20&Token=other&token=" + device.token() + "&y").expect(200);
    get("?token=&token=" + device.token()).expect(200);
    get("?%74oken=" + device.token()).expect(200);
  }

  /** RFC 9110, 15.5.2, and RFC 6750, 3.1. */
  @Test
  void aRefusalOfATokenSaysThatAnotherIsWanted() {
    Http http = server.http();

    Stream.of(
            get("?token=unknown"),
            get("", "Bearer unknown"),
            post(with(wallet(""), "token", MISSING), "Bearer unknown"),
            http.post("/api/3/websocket/ticket", "", "Authorization", "Bearer unknown"),
            http.get("/api/3/websocket?token=unknown"),
            http.get("/api/3/websocket?ticket=unknown"))
        .forEach(
            refused ->
                assertThat(refused.expect(401).header("WWW-Authenticate"))
                    .isEqualTo("Bearer error=\"invalid_token\""));
  }

  /** No token would help there. */
  @Test
  void aRefusalOfAPasswordAsksForNoToken() {
    TestAccount nobody = new TestAccount(server.http(), "nobody@example.com");

    Response refused = nobody.tryLogIn("device").expect(401);

    assertThat(refused.header("WWW-Authenticate")).isNull();
  }

  private static Response get(String query) {
    return server.http().get(WALLET + query);
  }

  private static Response get(String query, String authorization) {
    return server.http().get(WALLET + query, "Authorization", authorization);
  }

  /** Tries to save the wallet that is there already. */
  private static Response post(Map<String, @Nullable Object> body, String authorization) {
    return server.http().post(WALLET, body, "Authorization", authorization);
  }
}
