package walletsync.server.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TcpProxy;
import walletsync.support.TestPostgres;

/** What becomes of {@code sslmode=prefer}. */
class PreferredSslTest {

  @Test
  void aServerLeavesNoConnectionBehindOnWhichTlsWasDeclined() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database)) {
      Map<String, String> settings = new HashMap<>(ServerProcess.settings(proxy.database()));
      settings.put("PGSSLMODE", "prefer");
      try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
        server.http().get("/health/ready").expect(200);
        server.http().get("/api/3/wallet?token=x").expect(401);
        long sessions =
            Sql.number(
                database,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid()");
        assertThat(proxy.openConnections()).isEqualTo(sessions);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "require", "verify-ca", "verify-full"})
  void whatIsNoPreferenceStays(String mode) {
    External database = TestPostgres.maintenance();
    External wanted =
        new External("nowhere", 1, "d", "u", database.password(), mode, database.sslRootCert());
    assertThat(PreferredSsl.settle(wanted)).isSameAs(wanted);
  }
}
