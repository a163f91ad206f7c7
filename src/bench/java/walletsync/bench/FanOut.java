package walletsync.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import walletsync.bench.BenchAccount.Write;
import walletsync.server.settings.DatabaseSettings.External;

/** How soon every device hears of a write, in one process, and across two. */
final class FanOut {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private FanOut() {}

  static Table run(Bench bench) throws Exception {
    Table table =
        new Table(
            "Milliseconds from a write to a message",
            "messages",
            "p50",
            "p99",
            "p99.9",
            "most",
            "target p99");
    try (Bench one = new Bench(bench.options(), bench.databases())) {
      External database = one.database();
      int port = one.server(database, Map.of()).port();
      measure(one, table, "one process", List.of(port), "50");
    }
    try (Bench two = new Bench(bench.options(), bench.databases())) {
      External database = two.database();
      int here = two.server(database, Map.of()).port();
      int there = two.server(database, Map.of()).port();
      measure(two, table, "two processes", List.of(here, there), "100");
    }
    return table;
  }

  /** Writes go to the first port; of the devices of an account each is at another port. */
  private static void measure(
      Bench bench, Table table, String where, List<Integer> ports, String target) throws Exception {
    BenchOptions options = bench.options();
    List<BenchAccount> accounts = bench.accounts();
    Swarm swarm = bench.swarm();
    swarm.open(accounts, ports);
    swarm.awaitAllOpen(LIMIT);
    Writers writers = new Writers(ports.get(0), options.writers(), accounts);
    writers.atRate(options.writesPerSecond(), options.warmUp(WARM_UP));
    swarm.awaitAllCurrent(LIMIT);
    accounts.forEach(account -> account.writes().clear());
    Writers.Outcome outcome =
        writers.atRate(options.writesPerSecond(), Duration.ofSeconds(options.seconds()));
    // Every connected socket must have seen the newest sequence of its account.
    Duration healed = swarm.awaitAllCurrent(LIMIT);
    System.out.printf(
        "%s: %.0f writes a second were accepted; others: %s; all %d sockets current after %d ms;"
            + " ended: %s%n",
        where,
        outcome.perSecond(),
        outcome.others(),
        options.sockets(),
        healed.toMillis(),
        swarm.takeEndings());
    Collection<SwarmSocket> sockets = swarm.sockets();
    for (int port : ports) {
      List<SwarmSocket> here = sockets.stream().filter(s -> s.port() == port).toList();
      String process =
          where
              + (ports.size() == 1 ? "" : port == ports.get(0) ? ", the writers'" : ", the other");
      row(table, process + ", from the accepted write", here, Write::accepted, target);
      row(table, process + ", from the sent write", here, Write::sent, "");
    }
  }

  private static void row(
      Table table,
      String what,
      List<SwarmSocket> sockets,
      ToLongFunction<Write> from,
      String target) {
    Latencies latencies = Latencies.of(sockets, from);
    table.row(
        what,
        latencies.count(),
        latencies.millis(0.5),
        latencies.millis(0.99),
        latencies.millis(0.999),
        latencies.millis(1),
        target);
  }
}
