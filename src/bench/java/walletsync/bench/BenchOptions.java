package walletsync.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What to measure, and how large; system properties that begin with {@code bench.}, whose defaults
 * stand in the profile {@code bench} of the {@code pom.xml}.
 *
 * @param run the measurements
 * @param accounts how many accounts there are
 * @param devices how many devices, and so sockets, each account has
 * @param seconds how long each load goes on
 * @param writesPerSecond how many wallets a second are saved where the rate is given
 * @param writers how many connections save as fast as they can where it is not
 * @param databaseUrl an external Postgres whose role may create databases; blank for the embedded
 *     one
 * @param serverFlags the flags of the server's JVM
 * @param brief whether this only shows that it works: nothing is warmed up, and figures mean
 *     nothing
 */
record BenchOptions(
    List<String> run,
    int accounts,
    int devices,
    int seconds,
    int writesPerSecond,
    int writers,
    String databaseUrl,
    List<String> serverFlags,
    boolean brief) {

  private static final int MOST_SOCKETS = 20_000;
  private static final int LONGEST_SECONDS = 300;

  /** Reads them; all are bounded, as this is to end by itself and to disturb nobody. */
  static BenchOptions fromSystemProperties() {
    BenchOptions options =
        new BenchOptions(
            Arrays.stream(System.getProperty("bench.run", "memory").split(","))
                .map(name -> name.toUpperCase(Locale.ROOT))
                .toList(),
            Integer.getInteger("bench.accounts", 5_000),
            Integer.getInteger("bench.devices", 2),
            Integer.getInteger("bench.seconds", 30),
            Integer.getInteger("bench.writes", 500),
            Integer.getInteger("bench.writers", 16),
            System.getProperty("bench.database.url", ""),
            List.of(System.getProperty("bench.server.flags", "-Xmx512m").trim().split("\\s+")),
            Boolean.getBoolean("bench.brief"));
    if (options.sockets() > MOST_SOCKETS || options.seconds > LONGEST_SECONDS) {
      throw new IllegalArgumentException(
          "At most %d sockets and %d seconds".formatted(MOST_SOCKETS, LONGEST_SECONDS));
    }
    return options;
  }

  BenchOptions withServerFlags(List<String> flags) {
    return new BenchOptions(
        run, accounts, devices, seconds, writesPerSecond, writers, databaseUrl, flags, brief);
  }

  /** How long to do something before it is measured, or to wait until all is quiet. */
  Duration warmUp(Duration usual) {
    return brief ? Duration.ofMillis(200) : usual;
  }

  int sockets() {
    return accounts * devices;
  }
}
