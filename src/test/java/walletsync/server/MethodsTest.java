package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.support.RawHttp;
import walletsync.support.TestMails;
import walletsync.support.TestServer;

/** Methods that an endpoint does not have. */
class MethodsTest {
  private static final List<String> METHODS =
      List.of("GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get", "BREW");

  @RegisterExtension
  static final TestServer server = TestServer.emailVerify(TestMails.inNewFolder().folder());

  static Stream<Arguments> methodsThatAreNotThere() {
    return Stream.of(
            "/api/3/signup POST",
            "/api/3/auth/full POST",
            "/api/3/wallet GET POST",
            "/api/3/password POST",
            "/api/3/client-salt-seed GET",
            "/api/3/verify GET",
            "/api/3/verify/resend POST",
            "/api/3/websocket GET")
        .flatMap(
            endpoint -> {
              List<String> parts = Arrays.asList(endpoint.split(" ", -1));
              List<String> allowed = parts.subList(1, parts.size());
              return METHODS.stream()
                  .filter(method -> !allowed.contains(method))
                  .map(method -> Arguments.of(method, parts.get(0), allowed));
            });
  }

  @ParameterizedTest
  @MethodSource("methodsThatAreNotThere")
  void aMethodThatAnEndpointDoesNotHaveIsNotAllowed(
      String method, String path, List<String> allowed) {
    RawHttp.Answer answer =
        RawHttp.send(server, method + " " + path + "?token=x HTTP/1.1", "Content-Length: 0");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.body())
        .isEqualTo(method.equals("HEAD") ? "" : "{\"error\":\"Method Not Allowed\"}");
    assertThat(answer.headers().get("Content-Type")).isEqualTo("application/json");
    assertThat(String.valueOf(answer.headers().get("Allow")).split(", ", -1))
        .containsExactlyInAnyOrderElementsOf(allowed);
  }

  @ParameterizedTest
  @MethodSource("methodsOfNoMetrics")
  void metricsCanOnlyBeRead(String method) {
    assertThat(RawHttp.send(server, method + " /metrics HTTP/1.1", "Content-Length: 0").status())
        .isEqualTo(405);
  }

  static Stream<String> methodsOfNoMetrics() {
    return Stream.of("POST", "PUT", "DELETE");
  }
}
