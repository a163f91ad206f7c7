package walletsync.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import walletsync.bench.WalletBench.Subject;

/**
 * What of the wallets' traffic to measure; system properties that begin with {@code bench.}.
 *
 * @param subjects the measurements
 * @param loads which loads are measured
 * @param connections how many connections there are at a time; each number is measured
 * @param walletCharacters the sizes of wallets; each is measured
 * @param rounds how often each load takes its turn; what is shown is the median
 * @param seconds how long a turn is
 * @param warmUpSeconds how long the server is under load before anything is measured
 */
record WalletBenchOptions(
    List<Subject> subjects,
    List<WalletLoad> loads,
    List<Integer> connections,
    List<Integer> walletCharacters,
    int rounds,
    int seconds,
    int warmUpSeconds) {

  private static final int MOST_CONNECTIONS = 512;
  private static final int MOST_CHARACTERS = 20_000;
  private static final int LONGEST_SECONDS = 60;
  private static final int MOST_ROUNDS = 20;

  WalletBenchOptions {
    if (connections.stream().anyMatch(number -> number < 1 || number > MOST_CONNECTIONS)
        || walletCharacters.stream().anyMatch(size -> size < 44 || size > MOST_CHARACTERS)
        || seconds > LONGEST_SECONDS
        || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException(
          "At most %d connections, %d characters, %d rounds of %d seconds"
              .formatted(MOST_CONNECTIONS, MOST_CHARACTERS, MOST_ROUNDS, LONGEST_SECONDS));
    }
  }

  static WalletBenchOptions fromSystemProperties() {
    return new WalletBenchOptions(
        names("bench.run", "wallets,signin,start").map(Subject::valueOf).toList(),
        names("bench.loads", "bare,get,unchanged,post,contended").map(WalletLoad::valueOf).toList(),
        numbers("bench.connections", "16,64,512"),
        numbers("bench.wallet.characters", "1000,20000"),
        Integer.getInteger("bench.rounds", 3),
        Integer.getInteger("bench.seconds", 4),
        Integer.getInteger("bench.warm.up.seconds", 25));
  }

  private static Stream<String> names(String property, String usual) {
    return Arrays.stream(System.getProperty(property, usual).split(","))
        .map(name -> name.toUpperCase(Locale.ROOT));
  }

  private static List<Integer> numbers(String property, String usual) {
    return Arrays.stream(System.getProperty(property, usual).split(","))
        .map(Integer::valueOf)
        .toList();
  }
}
