package walletsync.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What push costs the writers: processes with and without it take turns, each on a database of its
 * own, so that nothing is announced from one to the other. As a machine is never quiet, turns are
 * short, and each is compared with its neighbour without push.
 */
final class WriteThroughput {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration TURN = Duration.ofSeconds(2);

  private WriteThroughput() {}

  /** A process, and what its turns gave. */
  private record Side(
      String name,
      BenchServer server,
      Writers writers,
      List<Double> perSecond,
      List<Double> cpuMicrosPerWrite) {

    void turn(Duration time, boolean counts) throws Exception {
      Duration before = server.cpu();
      Writers.Outcome outcome = writers.atFullSpeed(time);
      if (counts && !outcome.others().isEmpty()) {
        throw new IllegalStateException(name + ": " + outcome.others());
      }
      if (counts) {
        perSecond.add(outcome.perSecond());
        cpuMicrosPerWrite.add(server.cpu().minus(before).toNanos() / 1e3 / outcome.accepted());
      }
    }
  }

  static Table run(Bench bench) throws Exception {
    List<Side> sides =
        List.of(
            side(bench, "push off", Map.of("PUSH_TRANSPORT", "none"), false),
            side(bench, "push on", Map.of("PUSH_TRANSPORT", "postgres"), false),
            side(bench, "push on, all sockets open", Map.of("PUSH_TRANSPORT", "postgres"), true));
    for (Side side : sides) {
      side.turn(bench.options().warmUp(WARM_UP), false);
    }
    int rounds = Math.max(3, bench.options().seconds() / (int) TURN.toSeconds());
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        sides.get((i + round) % sides.size()).turn(TURN, true);
      }
    }
    Table table =
        new Table(
            "%d turns of %d s each".formatted(rounds, TURN.toSeconds()),
            "writes a second, median",
            "loss % against the turn without push, median",
            "target",
            "the server's CPU µs a write, median");
    List<Double> off = sides.get(0).perSecond();
    for (Side side : sides) {
      double kept =
          Median.of(
              IntStream.range(0, rounds)
                  .mapToObj(i -> side.perSecond().get(i) / off.get(i))
                  .toList());
      table.row(
          side.name(),
          Median.of(side.perSecond()),
          100 * (1 - kept),
          "< 10",
          Median.of(side.cpuMicrosPerWrite()));
    }
    return table;
  }

  private static Side side(Bench bench, String name, Map<String, String> settings, boolean sockets)
      throws Exception {
    BenchServer server = bench.server(bench.database(), settings);
    List<BenchAccount> accounts = bench.accounts();
    if (sockets) {
      Swarm swarm = bench.swarm();
      swarm.open(accounts, List.of(server.port()));
      swarm.awaitAllOpen(LIMIT);
    }
    return new Side(
        name,
        server,
        new Writers(server.port(), bench.options().writers(), accounts),
        new ArrayList<>(),
        new ArrayList<>());
  }
}
