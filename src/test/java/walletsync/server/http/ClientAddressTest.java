package walletsync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import walletsync.support.Await;
import walletsync.support.LogCapture;
import walletsync.support.RawConnection;
import walletsync.support.TestServer;

/** Whose word is taken for where a request comes from. */
class ClientAddressTest {
  private static final String UNKNOWN = "GET /api/3/wallet?token=x HTTP/1.1\r\nHost: x\r\n";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "127.0.0.1, 203.0.113.7, 203.0.113.7",
        "127.0.0.1, `6.6.6.6, 203.0.113.7`, 203.0.113.7",
        "`127.0.0.1,10.0.0.0/8`, `203.0.113.7, 10.1.2.3`, 203.0.113.7",
        "`127.0.0.1,10.0.0.0/8`, `10.9.9.9, 10.1.2.3`, 10.9.9.9",
        "127.0.0.1, 2001:db8::1, 2001:db8::1",
        "127.0.0.1, evil.example.com, 127.0.0.1",
        "127.0.0.1, `<script>`, 127.0.0.1",
        "127.0.0.1, -, 127.0.0.1",
        "10.0.0.0/8, 203.0.113.7, 127.0.0.1",
        "-, 203.0.113.7, 127.0.0.1"
      })
  void xForwardedForCountsAsFarAsTrustedProxiesWroteIt(
      String trusted, String forwarded, String client) {
    TestServer with = TestServer.allowAll().with("ACCESS_LOG", "true");
    try (TestServer server =
            (trusted == null ? with : with.with("TRUSTED_PROXIES", trusted)).start();
        LogCapture log = new LogCapture();
        RawConnection connection = RawConnection.connect(server.port())) {
      String id = "id-" + Math.floorMod((trusted + forwarded).hashCode(), 1_000_000);
      String header = forwarded == null ? "" : "X-Forwarded-For: " + forwarded + "\r\n";
      connection.send(UNKNOWN + header + "X-Request-Id: " + id + "\r\n\r\n").answer();
      assertThat(lines(log, id)).singleElement().asString().contains("client=\"" + client + "\"");
    }
  }

  @Test
  void theProxyProtocolIsSpokenWithTrustedProxiesOnly() {
    TestServer base =
        TestServer.allowAll().with("ACCESS_LOG", "true").with("PROXY_PROTOCOL", "true");
    String header = "PROXY TCP4 203.0.113.7 127.0.0.1 4711 443\r\n";
    try (TestServer server = base.with("TRUSTED_PROXIES", "127.0.0.0/8").start();
        LogCapture log = new LogCapture();
        RawConnection connection = RawConnection.connect(server.port())) {
      connection.send(header + UNKNOWN + "X-Request-Id: by-proxy\r\n\r\n");
      assertThat(connection.answer().status()).isEqualTo(401);
      assertThat(lines(log, "by-proxy")).singleElement().asString().contains("203.0.113.7");
    }
    try (TestServer server = base.with("TRUSTED_PROXIES", "10.0.0.0/8").start();
        RawConnection connection = RawConnection.connect(server.port())) {
      connection.send(header + UNKNOWN + "\r\n").expectClosed();
    }
  }

  /** The line comes just after the answer. */
  private static List<String> lines(LogCapture log, String id) {
    Await.until("it is logged", () -> log.lines().stream().anyMatch(line -> line.contains(id)));
    return log.lines().stream().filter(line -> line.contains(id)).toList();
  }
}
