package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import walletsync.support.Await;
import walletsync.support.Http;
import walletsync.support.RawConnection;
import walletsync.support.TcpProxy;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** What a server says of itself to those who send it requests. */
class HealthTest {
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String GET = "GET /api/3/wallet?token=x HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @Test
  void withoutItsDatabaseItIsAliveButNotReadyAndReadyAgainOnceThatIsBack() {
    try (TcpProxy proxy = new TcpProxy(TestPostgres.freshDatabase());
        TestServer server = TestServer.allowAll().on(proxy.database()).start()) {
      Await.until("it is ready", () -> server.http().get(READY).status() == 200);
      assertThat(server.http().get(READY).body()).isEqualTo("{\"status\":\"ready\"}");
      assertThat(server.http().get(LIVE).expect(200).body()).isEqualTo("{\"status\":\"alive\"}");
      assertThat(server.http().get("/metrics").body()).contains("wallet_sync_ready 1.0");

      proxy.cut();
      // Nobody has asked for readiness meanwhile but the one who wants the metrics.
      assertThat(server.http().get("/metrics").expect(200).body())
          .contains("wallet_sync_ready 0.0");
      Http.Response away = server.http().get(READY).expect(503);
      assertThat(away.body()).isEqualTo("{\"status\":\"database\"}");
      server.http().get(LIVE).expect(200);

      proxy.mend();
      Await.until("it is ready again", () -> server.http().get(READY).status() == 200);
    }
  }

  @Test
  void aStopIsSaidBeforeItBegins() {
    try (TestServer server = TestServer.allowAll().start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      server.announceStop();
      assertThat(server.http().get(READY).expect(503).body())
          .isEqualTo("{\"status\":\"stopping\"}");
      server.http().get(LIVE).expect(200);
      laptop.post("wallet", 1, "h").expect(200);
    }
  }

  @Test
  void onceAStopIsSaidEachAnswerIsTheLastOfItsConnection() {
    try (TestServer server = TestServer.allowAll().start();
        RawConnection kept = RawConnection.connect(server.port())) {
      RawConnection.Answer before = kept.send(GET).answer();
      assertThat(before.closes()).isFalse();

      server.announceStop();
      RawConnection.Answer last = kept.send(GET).answer();
      assertThat(last.status()).isEqualTo(401);
      assertThat(last.closes()).isTrue();
      kept.expectClosed();

      // New ones are still accepted: not everybody knows yet.
      try (RawConnection late = RawConnection.connect(server.port())) {
        assertThat(late.send(GET).answer().closes()).isTrue();
      }
    }
  }

  @Test
  void aPortOfItsOwnKeepsHealthAndMetricsFromTheWorld() {
    try (TestServer server = TestServer.allowAll().with("MANAGEMENT_PORT", "0").start()) {
      Http management = new Http(URI.create("http://127.0.0.1:" + server.managementPort()));
      Await.until("it is ready", () -> management.get(READY).status() == 200);
      management.get(LIVE).expect(200);
      assertThat(management.get("/metrics").expect(200).body())
          .contains("wallet_sync_websockets 0.0");
      management.post(READY, "").expectError(405, "Method Not Allowed");
      management.get("/api/3/wallet?token=x").expectError(404, "Not Found");

      server.http().get(READY).expectError(404, "Not Found");
      server.http().get(LIVE).expectError(404, "Not Found");
      server.http().get("/metrics").expectError(404, "Not Found");
      server.http().get("/api/3/wallet?token=x").expect(401);
    }
  }
}
