package walletsync.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  private static final int WAITING = 16;
  private static final int READING = 64;

  private SignIn() {}

  static Table run(WalletBenchOptions options, External database, BenchServer server, int accounts)
      throws Exception {
    usePassword(server, database);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    Wrk wrk = new Wrk(server.port(), accounts, 1_000);
    wrk.run("signin", WAITING, options.warmUpSeconds());
    wrk.run("get", READING, options.warmUpSeconds());
    Table table =
        new Table(
            "sign-in",
            "argon2id CPU ms",
            "sign-ins a second",
            "of what the hash allows",
            "target",
            "p99 ms",
            "reads a second, alone",
            "beside sign-ins",
            "kept",
            "target",
            "p99 ms",
            "errors");
    for (int round = 0; round < options.rounds(); round++) {
      double hashSeconds = hashSeconds();
      Outcome signIns = wrk.run("signin", WAITING, options.seconds());
      Outcome alone = wrk.run("get", READING, options.seconds());
      CompletableFuture<Outcome> others =
          CompletableFuture.supplyAsync(() -> run(wrk, options.seconds() + 2));
      Outcome beside = wrk.run("get", READING, options.seconds());
      Outcome signInsBeside = others.join();
      table.row(
          "round " + (round + 1),
          1_000 * hashSeconds,
          signIns.perSecond(),
          "%.2f".formatted(signIns.perSecond() * hashSeconds / threads),
          "0.9",
          signIns.slowMillis(),
          Math.round(alone.perSecond()),
          Math.round(beside.perSecond()),
          "%.2f".formatted(beside.perSecond() / alone.perSecond()),
          "0.5",
          beside.slowMillis(),
          signIns.errors() + alone.errors() + beside.errors() + signInsBeside.errors());
    }
    return table;
  }

  private static Outcome run(Wrk wrk, int seconds) {
    try {
      return wrk.run("signin", WAITING, seconds);
    } catch (java.io.IOException e) {
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

  /** The processor time of one hash as the server makes them; the median of some. */
  private static double hashSeconds() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] nanos = new long[120];
    for (int i = 0; i < nanos.length; i++) {
      long before = threads.getCurrentThreadCpuTime();
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
      nanos[i] = threads.getCurrentThreadCpuTime() - before;
    }
    long[] warm = Arrays.copyOfRange(nanos, nanos.length - 20, nanos.length);
    Arrays.sort(warm);
    return warm[warm.length / 2] / 1e9;
  }
}
