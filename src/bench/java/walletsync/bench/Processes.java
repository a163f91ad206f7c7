package walletsync.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import walletsync.server.settings.DatabaseSettings.External;

/** One process against two, on the same database and the same cores, under the same load. */
final class Processes {
  private static final int CONNECTIONS = 32;
  private static final int CHARACTERS = 1_000;

  private Processes() {}

  static Table run(
      WalletBenchOptions options, BenchOptions general, External database, int accounts)
      throws Exception {
    try (BenchServer first = BenchServer.start(general, database, Map.of());
        BenchServer second = BenchServer.start(general, database, Map.of())) {
      List<Integer> one = List.of(first.port(), first.port());
      List<Integer> two = List.of(first.port(), second.port());
      Table table =
          new Table(
              "two loads of %d connections each".formatted(CONNECTIONS),
              "a second, one process",
              "a second, two processes",
              "ratio",
              "p99 ms, one",
              "p99 ms, two",
              "errors");
      for (WalletLoad load : List.of(WalletLoad.GET, WalletLoad.POST)) {
        turn(load, two, database, accounts, options.warmUpSeconds());
        List<Outcome> alone = new ArrayList<>();
        List<Outcome> shared = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
          alone.addAll(turn(load, one, database, accounts, options.seconds()));
          shared.addAll(turn(load, two, database, accounts, options.seconds()));
        }
        double before = perSecond(alone);
        double after = perSecond(shared);
        table.row(
            load.title(),
            Math.round(before / options.rounds()),
            Math.round(after / options.rounds()),
            "%.2f".formatted(after / before),
            slowest(alone),
            slowest(shared),
            alone.stream().mapToLong(Outcome::errors).sum()
                + shared.stream().mapToLong(Outcome::errors).sum());
      }
      return table;
    }
  }

  private static double perSecond(List<Outcome> outcomes) {
    return outcomes.stream().mapToDouble(Outcome::perSecond).sum();
  }

  private static double slowest(List<Outcome> outcomes) {
    return Median.of(outcomes.stream().map(Outcome::slowMillis).toList());
  }

  /** A load on each of the ports, each with accounts of its own. */
  private static List<Outcome> turn(
      WalletLoad load, List<Integer> ports, External database, int accounts, int seconds)
      throws Exception {
    if (load.writes()) {
      BenchDatabase.reset(database, CHARACTERS);
    }
    int each = accounts / ports.size();
    List<CompletableFuture<Outcome>> loads = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      Wrk wrk = new Wrk(ports.get(i), each, CHARACTERS, i * each);
      loads.add(CompletableFuture.supplyAsync(() -> run(wrk, load, seconds)));
    }
    return Arrays.asList(loads.stream().map(CompletableFuture::join).toArray(Outcome[]::new));
  }

  private static Outcome run(Wrk wrk, WalletLoad load, int seconds) {
    try {
      return wrk.run(load.wrk(), CONNECTIONS, seconds, 1);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }
}
