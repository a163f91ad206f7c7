package walletsync.bench;

import java.nio.file.Path;
import java.util.Map;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * Measures how fast wallets are read and saved, people sign in, and a server starts, and prints
 * tables for {@code docs/performance.md}:
 *
 * <pre>mvn -q -Pbench -DskipTests package exec:exec@wallets</pre>
 *
 * <p>All of it happens on the loopback address, within minutes. It needs wrk and pgbench.
 */
public final class WalletBench {
  static final int ACCOUNTS = 10_000;
  private static final Path CHART = Path.of("target", "bench-wallets.svg");

  private WalletBench() {}

  /** What can be measured; the names are those of {@code bench.run}, in capitals. */
  enum Subject {
    WALLETS,
    SIGNIN,
    START,
    PROCESSES
  }

  /** Exits with 1 when something that must be so was not; a missed target is only shown. */
  public static void main(String[] args) throws Exception {
    if (!Command.exists("wrk") || !Pgbench.isThere()) {
      System.err.println("This needs wrk and pgbench: on Debian, apt-get install wrk postgresql");
      System.exit(1);
    }
    BenchOptions options = BenchOptions.fromSystemProperties();
    try (BenchDatabase databases = BenchDatabase.of(options)) {
      run(WalletBenchOptions.fromSystemProperties(), options, databases, ACCOUNTS);
    }
  }

  static void run(
      WalletBenchOptions options, BenchOptions general, BenchDatabase databases, int accounts)
      throws Exception {
    System.out.printf(
        "The server runs with %s on Java %s; %d cores are shared by server, Postgres and load.%n",
        String.join(" ", general.serverFlags()),
        System.getProperty("java.vm.version"),
        Runtime.getRuntime().availableProcessors());
    for (Subject subject : options.subjects()) {
      switch (subject) {
        case WALLETS -> wallets(options, general, databases, accounts);
        case SIGNIN -> signIn(options, general, databases, accounts);
        case PROCESSES ->
            System.out.printf(
                "%n%s%n",
                Processes.run(options, general, databases.filled(accounts, 1, 1_000), accounts));
        case START ->
            System.out.printf("%n%s%n", StartUp.run(general, databases.filled(accounts, 1, 1_000)));
      }
    }
  }

  private static void wallets(
      WalletBenchOptions options, BenchOptions general, BenchDatabase databases, int accounts)
      throws Exception {
    Chart chart = new Chart();
    for (int characters : options.walletCharacters()) {
      External database = databases.filled(accounts, 1, characters);
      try (BenchServer server = BenchServer.start(general, database, Map.of());
          WalletThroughput throughput =
              new WalletThroughput(options, database, server, accounts, characters)) {
        throughput.warmUp();
        for (int connections : options.connections()) {
          for (Table table : throughput.measure(connections, chart)) {
            System.out.printf("%n%s%n", table);
          }
        }
        if (throughput.errors() > 0) {
          throw new IllegalStateException(throughput.errors() + " errors, see the tables");
        }
      }
    }
    chart.write(CHART);
    System.out.println("Drawn: " + CHART);
  }

  private static void signIn(
      WalletBenchOptions options, BenchOptions general, BenchDatabase databases, int accounts)
      throws Exception {
    External database = databases.filled(accounts, 1, 1_000);
    try (BenchServer server =
        BenchServer.start(
            general, database, Map.of("PASSWORD_THREADS", String.valueOf(SignIn.THREADS)))) {
      System.out.printf("%n%s%n", SignIn.run(options, database, server, accounts));
    }
  }
}
