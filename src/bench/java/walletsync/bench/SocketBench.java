package walletsync.bench;

/**
 * Measures push with very many sockets, and prints tables for {@code docs/performance.md}:
 *
 * <pre>mvn -q -Pbench test-compile exec:exec@sockets</pre>
 *
 * <p>All of it happens on the loopback address, within minutes. The servers are processes of their
 * own; this one holds the clients, in one thread, so that it takes little from them.
 */
public final class SocketBench {
  private SocketBench() {}

  /** What can be measured; the names are those of {@code bench.run}, in capitals. */
  enum Subject {
    MEMORY,
    FANOUT,
    WRITERS,
    STORM
  }

  /** Exits with 1 when something that must be so was not; a missed target is only shown. */
  public static void main(String[] args) throws Exception {
    BenchOptions options = BenchOptions.fromSystemProperties();
    System.out.printf(
        "Servers run with %s on Java %s; %d cores are shared by servers, Postgres and clients.%n",
        String.join(" ", options.serverFlags()),
        System.getProperty("java.vm.version"),
        Runtime.getRuntime().availableProcessors());
    try (BenchDatabase databases = BenchDatabase.of(options)) {
      for (Subject subject : options.run().stream().map(Subject::valueOf).toList()) {
        try (Bench bench = new Bench(options, databases)) {
          System.out.printf("%n%s%n", measure(subject, bench));
        }
      }
    }
  }

  static Table measure(Subject subject, Bench bench) throws Exception {
    return switch (subject) {
      case MEMORY -> IdleMemory.run(bench);
      case FANOUT -> FanOut.run(bench);
      case WRITERS -> WriteThroughput.run(bench);
      case STORM -> ReconnectStorm.run(bench);
    };
  }
}
