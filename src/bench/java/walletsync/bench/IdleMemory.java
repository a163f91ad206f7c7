package walletsync.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What an idle socket costs the server: how much more it occupies with all of them than without.
 */
final class IdleMemory {
  private static final Duration OPENING = Duration.ofSeconds(60);

  /** Longer than the server's interval between pings. */
  private static final Duration IDLE = Duration.ofSeconds(30);

  private IdleMemory() {}

  static Table run(Bench bench) throws Exception {
    BenchServer server = bench.server(bench.database(), Map.of());
    warmUp(bench, server);
    JvmMemory before = JvmMemory.of(server.pid());
    Swarm swarm = bench.swarm();
    swarm.open(bench.accounts(), List.of(server.port()));
    swarm.awaitAllOpen(OPENING);
    Thread.sleep(bench.options().warmUp(IDLE).toMillis());
    JvmMemory after = JvmMemory.of(server.pid());
    if (swarm.countOpen() != bench.options().sockets()) {
      throw new IllegalStateException("Sockets were lost: " + swarm.takeEndings());
    }
    if (Boolean.getBoolean("bench.verbose")) {
      after
          .nativeByKind()
          .forEach(
              (kind, bytes) ->
                  System.out.printf(
                      "%24s %8d KiB %+8d KiB%n",
                      kind,
                      bytes >> 10,
                      (bytes - before.nativeByKind().getOrDefault(kind, 0L)) >> 10));
      System.out.println(JvmMemory.histogram(server.pid(), 60));
    }
    int sockets = bench.options().sockets();
    Table table =
        new Table("%,d idle sockets".formatted(sockets), "before MiB", "with them MiB", "KiB each");
    row(table, "Java heap, live after a collection", before.liveHeap(), after.liveHeap(), sockets);
    row(
        table,
        "native memory of the JVM, direct buffers included",
        before.nativeMemory(),
        after.nativeMemory(),
        sockets);
    row(
        table,
        "both (target: 24, aim: 16)",
        before.liveHeap() + before.nativeMemory(),
        after.liveHeap() + after.nativeMemory(),
        sockets);
    row(table, "resident set, rubbish included", before.resident(), after.resident(), sockets);
    return table;
  }

  /** Code is loaded and compiled with the first sockets; that is not what a socket costs. */
  private static void warmUp(Bench bench, BenchServer server) throws Exception {
    for (int round = 0; round < 2; round++) {
      try (Swarm swarm = new Swarm()) {
        List<BenchAccount> some = bench.accounts();
        swarm.open(some.subList(0, Math.min(1_000, some.size())), List.of(server.port()));
        swarm.awaitAllOpen(OPENING);
      }
      Thread.sleep(bench.options().warmUp(Duration.ofSeconds(1)).toMillis());
    }
  }

  private static void row(Table table, String what, long before, long after, int sockets) {
    table.row(what, before / 1048576.0, after / 1048576.0, (after - before) / 1024.0 / sockets);
  }
}
