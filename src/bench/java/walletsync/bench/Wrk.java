package walletsync.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Requests as fast as answers come, over a number of connections, by wrk.
 *
 * @param accounts how many accounts it uses
 * @param skippedAccounts how many accounts before them are left to others
 */
record Wrk(int port, int accounts, int walletCharacters, int skippedAccounts) {
  Wrk(int port, int accounts, int walletCharacters) {
    this(port, accounts, walletCharacters, 0);
  }

  /** All accounts, by two threads. */
  Outcome run(String script, int connections, int seconds) throws IOException {
    return run(script, connections, seconds, Math.min(2, connections));
  }

  /**
   * @param threads of wrk, of which each has accounts of its own where the script says so
   */
  Outcome run(String script, int connections, int seconds, int threads) throws IOException {
    List<String> line =
        List.of(
            "wrk",
            "--connections",
            String.valueOf(connections),
            "--threads",
            String.valueOf(threads),
            "--duration",
            seconds + "s",
            "--timeout",
            "10s",
            "--script",
            Command.script("wrk/common.lua", "wrk/" + script + ".lua").toString(),
            "http://127.0.0.1:" + port,
            "--",
            String.valueOf(accounts),
            String.valueOf(walletCharacters),
            String.valueOf(threads),
            String.valueOf(skippedAccounts));
    String output = Command.run(line, Map.of(), seconds);
    long[] result =
        output
            .lines()
            .filter(text -> text.startsWith("RESULT "))
            .findFirst()
            .map(text -> Arrays.stream(text.split(" ", -1)).skip(1).mapToLong(Long::parseLong))
            .orElseThrow(() -> new IOException("wrk printed no result: " + output))
            .toArray();
    long conflicts = result[7];
    return new Outcome(
        result[0],
        result[1] / 1e6,
        result[2] / 1e3,
        result[3] / 1e3,
        result[4] - conflicts + result[5],
        result[6]);
  }
}
