package walletsync.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import walletsync.bench.SocketBench.Subject;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.TestPostgres;

/** The load program works; a load this small says nothing of speed. */
class SocketBenchTest {

  @Test
  void everyDeviceHearsOfEveryWriteInOneProcessAndAcrossTwo() throws Exception {
    External postgres = TestPostgres.maintenance();
    BenchOptions options =
        new BenchOptions(
            List.of(), 20, 2, 1, 100, 4, "", List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), true);
    try (BenchDatabase databases = BenchDatabase.on(postgres);
        Bench bench = new Bench(options, databases)) {
      String table = SocketBench.measure(Subject.FANOUT, bench).toString();
      assertThat(table.lines().filter(line -> line.contains("from the accepted write"))).hasSize(3);
      assertThat(table).doesNotContain("NaN");
    }
  }
}
