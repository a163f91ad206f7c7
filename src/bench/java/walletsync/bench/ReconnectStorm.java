package walletsync.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All sockets are lost at one moment, and come back, while writers go on. */
final class ReconnectStorm {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration WRITING = Duration.ofSeconds(30);
  private static final int WRITES_PER_SECOND = 100;

  private ReconnectStorm() {}

  /** What happened. */
  private record Storm(
      Duration open, Duration cpu, Writers.Outcome writes, Map<String, Integer> endings) {}

  static Table run(Bench bench) throws Exception {
    BenchServer server = bench.server(bench.database(), Map.of());
    List<BenchAccount> accounts = bench.accounts();
    Swarm swarm = bench.swarm();
    swarm.open(accounts, List.of(server.port()));
    swarm.awaitAllOpen(LIMIT);
    swarm.takeEndings();
    Table table =
        new Table(
            "%,d sockets are lost at once".formatted(bench.options().sockets()),
            "seconds until all are open",
            "the server's CPU seconds",
            "writes accepted",
            "not accepted at first",
            "sockets, on their way");
    row(
        table,
        "the clients drop them, and come back at once",
        storm(server, accounts, swarm, () -> dropAll(swarm)));
    row(
        table,
        "the process is killed and starts again; clients back off with jitter",
        storm(server, accounts, swarm, () -> killAndRestart(server)));
    return table;
  }

  private static Storm storm(
      BenchServer server, List<BenchAccount> accounts, Swarm swarm, Callable<Void> blow)
      throws Exception {
    ExecutorService background = Executors.newSingleThreadExecutor();
    try {
      Future<Writers.Outcome> writes =
          background.submit(
              () -> new Writers(server.port(), 4, accounts).atRate(WRITES_PER_SECOND, WRITING));
      Thread.sleep(2_000);
      blow.call();
      Duration before = server.cpu();
      Duration open = swarm.awaitAllOpen(LIMIT);
      Duration cpu = server.cpu().minus(before);
      Writers.Outcome outcome = writes.get();
      swarm.awaitAllCurrent(LIMIT);
      return new Storm(open, cpu, outcome, swarm.takeEndings());
    } finally {
      background.shutdown();
    }
  }

  private static Void dropAll(Swarm swarm) {
    swarm.dropAll();
    return null;
  }

  private static Void killAndRestart(BenchServer server) throws Exception {
    server.kill();
    server.restart(); // returns when it listens
    return null;
  }

  private static void row(Table table, String what, Storm storm) {
    table.row(
        what,
        storm.open().toMillis() / 1000.0,
        storm.cpu().toMillis() / 1000.0,
        storm.writes().accepted(),
        storm.writes().others(),
        storm.endings());
  }
}
