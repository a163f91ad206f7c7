package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.RawHttp;
import walletsync.support.TestServer;

/** Paths that lead nowhere. They are exact: a path that almost fits is another one. */
class UnknownPathsTest {
  private static final String UNKNOWN = "Not Found: Unknown Endpoint";
  private static final String WRONG_VERSION = "Not Found: Wrong API version. Current version is 3.";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/3/",
        "/api/3/nothing",
        "/api/3/wallet/",
        "/api/3/wallet/1",
        "/api/3/Wallet",
        "/api/3/WALLET",
        "/api/3/%77allet",
        "/api/3/wallet%2F",
        "/api/3/wallet%20",
        "/api/3/wallet;v=1",
        "/api/3/wallet.json",
        "/api/3//wallet",
        "/api/3/./wallet",
        "/api/3/x/../wallet",
        "/api/3/auth",
        "/api/3/auth/",
        "/api/3/auth/full/",
        "/api/3/auth//full",
        "/api/3/auth%2Ffull",
        "/api/3/auth/Full",
        "/api/3/signup/",
        "/api/3/password/",
        "/api/3/client-salt-seed/",
        "/api/3/client%2Dsalt-seed",
        "/api/3/verify/",
        "/api/3/verify/resend/",
        "/api/3/websocket/",
        "/api/3/metrics",
        "/api/3/%C3%BC",
        "/api/3/%00"
      })
  void underTheApiItIsAnUnknownEndpoint(String path) {
    for (String method : new String[] {"GET", "POST", "PUT"}) {
      RawHttp.send(server, method + " " + path + "?token=x HTTP/1.1", "Content-Length: 0")
          .expectError(404, UNKNOWN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/",
        "/api/3",
        "/api/2/wallet",
        "/api/4/wallet",
        "/api/03/wallet",
        "/api/3.0/wallet",
        "/api/wallet",
        "/api//3/wallet",
        "/api/%33/wallet",
        "/api/3%2Fwallet",
        "/api/./3/wallet"
      })
  void underAnotherVersionItIsTheWrongVersion(String path) {
    for (String method : new String[] {"GET", "POST", "PUT"}) {
      RawHttp.send(server, method + " " + path + "?token=x HTTP/1.1", "Content-Length: 0")
          .expectError(404, WRONG_VERSION);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api",
        "/API/3/wallet",
        "/apis/3/wallet",
        "//api/3/wallet",
        "/%61pi/3/wallet",
        "/x/../api/3/wallet",
        "/wallet",
        "/metrics/",
        "/Metrics",
        "/%6Detrics",
        "//metrics",
        "/favicon.ico"
      })
  void elsewhereThereIsNothing(String path) {
    RawHttp.send(server, "GET " + path + " HTTP/1.1").expectError(404, "Not Found");
  }

  @Test
  void errorsAreJsonWithoutALineEnd() {
    RawHttp.Answer answer = RawHttp.send(server, "GET /api/3/nothing HTTP/1.1");

    assertThat(answer.body()).isEqualTo("{\"error\":\"Not Found: Unknown Endpoint\"}");
    assertThat(answer.headers()).containsEntry("Content-Type", "application/json");
  }

  @Test
  void anUnknownPathIsLookedAtBeforeAnythingElse() {
    server.http().send("POST", "/api/3/nothing", new byte[100_001]).expectError(404, UNKNOWN);
    server.http().post("/api/3/nothing", "garbage").expectError(404, UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/3/%zz", "/api/3/wallet%", "/api/3/%C3%28"})
  void aPathThatCannotBeDecodedIsNoServerError(String path) {
    RawHttp.Answer answer = RawHttp.send(server, "GET " + path + " HTTP/1.1");

    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.body()).startsWith("{\"error\":\"");
  }

  @Test
  void requestLinesOfSixteenKibibytesAreRead() {
    String start = "GET /api/3/wallet?token=";
    String end = " HTTP/1.1";
    String token = "t".repeat(16 * 1024 - start.length() - end.length());

    RawHttp.send(server, start + token + end).expectError(401, "Unauthorized: Token Not Found");
  }

  @Test
  void aLongerRequestLineIsRefused() {
    RawHttp.Answer answer =
        RawHttp.send(server, "GET /api/3/wallet?token=" + "t".repeat(17_000) + " HTTP/1.1");

    assertThat(answer.status()).isBetween(400, 499);
    assertThat(answer.body()).startsWith("{\"error\":\"");
  }
}
