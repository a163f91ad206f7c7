package walletsync.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * How fast people sign in, beside what the hash alone would allow; and what is left for those who
 * read wallets meanwhile.
 */
final class SignIn {
  /** That hash, of the server; the rest of two cores is for everything else. */
  static final int THREADS = 1;

  private static final int WAITING = 16;
  private static final int READING = 64;
  private static final String HASHING_THREADS = "passwords-";

  private SignIn() {}

  static Table run(WalletBenchOptions options, External database, BenchServer server, int accounts)
      throws Exception {
    usePassword(server, database);
    Wrk wrk = new Wrk(server.port(), accounts, 1_000);
    wrk.run("signin", WAITING, options.warmUpSeconds());
    wrk.run("get", READING, options.warmUpSeconds());
    Table table =
        new Table(
            "sign-in",
            "argon2id CPU ms",
            "sign-ins a second",
            "server CPU ms each",
            "of what the hash allows",
            "target",
            "p99 ms",
            "reads a second, alone",
            "beside sign-ins",
            "kept",
            "target",
            "p99 ms",
            "errors");
    List<Double> hashed = new ArrayList<>();
    List<Double> kept = new ArrayList<>();
    for (int round = 0; round < options.rounds(); round++) {
      double used = CpuTime.of(server.pid());
      double hashing = CpuTime.ofThreads(server.pid(), HASHING_THREADS);
      Outcome signIns = wrk.run("signin", WAITING, options.seconds());
      used = CpuTime.of(server.pid()) - used;
      hashing = CpuTime.ofThreads(server.pid(), HASHING_THREADS) - hashing;
      // Nothing else runs on these threads: what they use is what the hashes use.
      double hashSeconds = hashing / signIns.requests();
      Outcome alone = wrk.run("get", READING, options.seconds());
      CompletableFuture<Outcome> others =
          CompletableFuture.supplyAsync(() -> run(wrk, options.seconds() + 2));
      Outcome beside = wrk.run("get", READING, options.seconds());
      Outcome signInsBeside = others.join();
      hashed.add(signIns.perSecond() * hashSeconds / THREADS);
      kept.add(beside.perSecond() / alone.perSecond());
      table.row(
          "round " + (round + 1),
          1_000 * hashSeconds,
          signIns.perSecond(),
          1_000 * used / signIns.requests(),
          "%.2f".formatted(hashed.get(round)),
          "0.9",
          signIns.slowMillis(),
          Math.round(alone.perSecond()),
          Math.round(beside.perSecond()),
          "%.2f".formatted(kept.get(round)),
          "0.5",
          beside.slowMillis(),
          signIns.errors() + alone.errors() + beside.errors() + signInsBeside.errors());
    }
    return table.row(
        "median",
        "",
        "",
        "",
        "%.2f".formatted(Median.of(hashed)),
        "0.9",
        "",
        "",
        "",
        "%.2f".formatted(Median.of(kept)),
        "0.5",
        "",
        "");
  }

  private static Outcome run(Wrk wrk, int seconds) {
    try {
      return wrk.run("signin", WAITING, seconds);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** One person signs up; all others get the same password. */
  private static void usePassword(BenchServer server, External database) throws Exception {
    server.post(
        "/api/3/signup",
        "{\"email\":\"first@example.com\",\"password\":\"bench password\",\"clientSaltSeed\":\"%s\"}"
            .formatted("0".repeat(64)));
    BenchDatabase.execute(
        database,
        """
        UPDATE accounts SET password_hash =
          (SELECT password_hash FROM accounts WHERE email = 'first@example.com')
        """,
        "VACUUM ANALYZE accounts");
  }
}
