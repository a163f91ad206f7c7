package walletsync.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
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
  private static final Duration HASHING = Duration.ofSeconds(2);

  private SignIn() {}

  static Table run(WalletBenchOptions options, External database, BenchServer server, int accounts)
      throws Exception {
    usePassword(server, database);
    Wrk wrk = new Wrk(server.port(), accounts, 1_000);
    wrk.run("signin", WAITING, options.warmUpSeconds());
    wrk.run("get", READING, options.warmUpSeconds());
    hashSeconds();
    hashSeconds();
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
      double before = hashSeconds();
      double used = CpuTime.of(server.pid());
      Outcome signIns = wrk.run("signin", WAITING, options.seconds());
      used = CpuTime.of(server.pid()) - used;
      // The machine may be another one than a moment ago: the hash on both sides is the yardstick.
      double hashSeconds = (before + hashSeconds()) / 2;
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

  /**
   * The processor time of one hash as the server makes them: the mean over some seconds, as those
   * of the sign-ins are one, too.
   */
  private static double hashSeconds() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long begun = System.nanoTime();
    long before = threads.getCurrentThreadCpuTime();
    int hashes = 0;
    while (System.nanoTime() - begun < HASHING.toNanos()) {
      hash();
      hashes++;
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e9 / hashes;
  }

  private static void hash() {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(19_456)
            .withIterations(2)
            .withParallelism(1)
            .withSalt(new byte[16])
            .build());
    generator.generateBytes("bench password".getBytes(StandardCharsets.UTF_8), new byte[32]);
  }
}
