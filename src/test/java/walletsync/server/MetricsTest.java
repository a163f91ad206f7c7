package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import walletsync.server.metrics.Metrics;
import walletsync.support.Http.Response;
import walletsync.support.TestServer;

/** {@code GET /metrics}. */
class MetricsTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void metricsAreTextForPrometheus() {
    server.http().get("/api/3/wallet");

    Response answer = server.http().get("/metrics").expect(200);

    assertThat(String.valueOf(answer.header("Content-Type")).split(";\\s*", -1))
        .contains("text/plain", "version=0.0.4");
    assertThat(answer.body())
        .contains("# TYPE wallet_sync_requests_count counter\n")
        .contains("# TYPE wallet_sync_error_count counter\n")
        .doesNotContain("requests_count_total")
        .doesNotContain("error_count_total")
        .endsWith("\n");
    assertThat(answer.body().lines())
        .allMatch(
            line ->
                line.matches(
                    "# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\\{[^{}]*\\})? ([0-9.eE+-]+|NaN|[+-]Inf)"));
  }

  @Test
  void aCounterCountsOnAfterAGarbageCollectionThoughNobodyElseHoldsIt() {
    try (Metrics metrics = new Metrics()) {
      AtomicLong number = new AtomicLong(4711);
      metrics.count("test", "What is held by the registry alone", number::get);
      System.gc();
      assertThat(metrics.prometheusText()).contains("\nwallet_sync_test_total 4711.0\n");
    }
  }

  /** Every request here is refused: it is counted all the same. */
  @ParameterizedTest
  @CsvSource({
    "GET, /api/3/wallet, wallet",
    "POST, /api/3/wallet, wallet",
    "PUT, /api/3/wallet, wallet",
    "OPTIONS, /api/3/wallet, wallet",
    "POST, /api/3/signup, signup",
    "POST, /api/3/auth/full, auth",
    "GET, /api/3/auth/full, auth",
    "POST, /api/3/password, password",
    "GET, /api/3/client-salt-seed, client-salt-seed",
    "GET, /api/3/verify, verify",
    "POST, /api/3/verify/resend, verify",
    "GET, /api/3/websocket, websocket"
  })
  void aRequestIsCountedBeforeAnyCheckByMethodAndFirstSegment(
      String method, String path, String endpoint) {
    double before = count(method, endpoint);

    assertThat(server.http().send(method, path, new byte[0]).status()).isBetween(400, 499);

    assertThat(count(method, endpoint)).isEqualTo(before + 1);
  }

  @Test
  void whatStrangersMakeUpGrowsNoMetric() {
    server.http().get("/metrics");
    server.http().send("BREW", "/api/3/wallet", new byte[0]).expect(405);
    server.http().get("/api/3/made-up").expect(404);
    List<String> before = names();

    for (int i = 0; i < 20; i++) {
      server.http().get("/api/3/made-up-" + i).expect(404);
      server.http().send("BREW" + i, "/api/3/wallet", new byte[0]).expect(405);
    }

    assertThat(names()).isEqualTo(before);
  }

  private static List<String> names() {
    return server
        .http()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith("wallet_sync_"))
        .map(line -> line.replaceFirst(" \\S+$", ""))
        .toList();
  }

  private static double count(String method, String endpoint) {
    return server
        .http()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith("wallet_sync_requests_count{"))
        .filter(line -> line.contains("method=\"" + method + "\""))
        .filter(line -> line.contains("endpoint=\"" + endpoint + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
