package walletsync.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import walletsync.server.settings.DatabaseSettings.External;

/** The server's statements straight to Postgres, prepared, one client for each connection. */
record Pgbench(External database, int accounts, int walletCharacters) {
  /** Writing down the time of every one would cost too much. */
  private static final double SAMPLE = 0.05;

  private static final Pattern TRANSACTIONS =
      Pattern.compile("number of transactions actually processed: (\\d+)");
  private static final Pattern RATE =
      Pattern.compile("tps = ([0-9.]+) \\(without initial connection time\\)");
  private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");

  /** Whether it can be run: Debian has a link of that name even where the program is not. */
  static boolean isThere() {
    try {
      return !Command.run(List.of("pgbench", "--version"), Map.of(), 1).isBlank();
    } catch (IOException e) {
      return false;
    }
  }

  Outcome run(String script, int connections, int seconds) throws IOException {
    Path logs = Files.createTempDirectory("pgbench");
    try {
      List<String> line =
          new ArrayList<>(
              List.of("pgbench", "--no-vacuum", "--protocol=prepared", "--log", "--jobs=2"));
      line.addAll(
          List.of(
              "--sampling-rate=" + SAMPLE,
              "--log-prefix=" + logs.resolve("log"),
              "--client=" + connections,
              // To connect takes time too, and is not measured.
              "--time=" + (seconds + connections / 64),
              "--file=" + Command.script("pgbench/" + script + ".sql")));
      define(line, "turn", -1);
      define(line, "clients", connections);
      define(line, "each", Math.max(1, accounts / connections));
      define(line, "accounts", accounts);
      line.add("--define=wallet=" + randomText(walletCharacters));
      line.add(database.database());
      String output =
          Command.run(
              line,
              Map.of(
                  "PGHOST",
                  database.host(),
                  "PGPORT",
                  String.valueOf(database.port()),
                  "PGUSER",
                  database.user(),
                  "PGPASSWORD",
                  database.password().reveal()),
              seconds);
      long[] micros = micros(logs);
      double transactions = number(TRANSACTIONS, output);
      return new Outcome(
          (long) transactions,
          transactions / number(RATE, output),
          part(micros, 0.5),
          part(micros, 0.99),
          (long) number(FAILED, output),
          0);
    } finally {
      delete(logs);
    }
  }

  /** As encrypted wallets are: it does not compress. */
  private static String randomText(int characters) {
    byte[] bytes = new byte[characters];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes).substring(0, characters);
  }

  private static void define(List<String> line, String name, long value) {
    line.add("--define=" + name + "=" + value);
  }

  private static double number(Pattern pattern, String output) throws IOException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new IOException("pgbench printed no result: " + output);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** The third column is the time of a transaction. */
  private static long[] micros(Path logs) throws IOException {
    LongStream all = LongStream.empty();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(logs)) {
      for (Path file : files) {
        all =
            LongStream.concat(
                all,
                Files.readAllLines(file).stream()
                    .mapToLong(line -> Long.parseLong(line.split(" ", -1)[2])));
      }
    }
    return all.sorted().toArray();
  }

  private static double part(long[] sorted, double part) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))] / 1e3;
  }

  private static void delete(Path logs) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(logs)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(logs);
  }
}
