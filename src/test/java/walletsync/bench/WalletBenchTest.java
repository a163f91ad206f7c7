package walletsync.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.TestPostgres;

/** The benchmark works, with wrk and pgbench; a load this short says nothing of speed. */
class WalletBenchTest {
  private static final int ACCOUNTS = 200;

  @Test
  void everyLoadIsAnsweredWithoutAnErrorAndEveryAcceptedSaveIsThere() throws Exception {
    assumeTrue(Command.exists("wrk") && Pgbench.isThere(), "wrk and pgbench are needed");
    WalletBenchOptions options =
        new WalletBenchOptions(
            List.of(),
            List.of(WalletLoad.GET, WalletLoad.UNCHANGED, WalletLoad.POST, WalletLoad.CONTENDED),
            List.of(),
            List.of(),
            1,
            1,
            0);
    BenchOptions general =
        new BenchOptions(
            List.of(),
            ACCOUNTS,
            1,
            1,
            0,
            0,
            "",
            List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
            true);
    try (BenchDatabase databases = BenchDatabase.on(TestPostgres.maintenance())) {
      External database = databases.filled(ACCOUNTS, 1, 1_000);
      try (BenchServer server = BenchServer.start(general, database, Map.of());
          WalletThroughput throughput =
              new WalletThroughput(options, database, server, ACCOUNTS, 1_000)) {
        Table speed = throughput.measure(4, new Chart()).get(0);
        List<String> rows = speed.toString().lines().skip(2).toList();
        assertThat(rows).hasSize(4).noneMatch(row -> row.contains("NaN"));
        assertThat(throughput.errors()).isZero();
      }
    }
  }
}
