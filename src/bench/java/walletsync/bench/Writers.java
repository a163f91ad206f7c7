package walletsync.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Writers at work, each with accounts of its own. */
final class Writers {
  private final int port;
  private final int count;
  private final List<BenchAccount> accounts;

  /**
   * @param port where they write
   * @param count how many connections
   */
  Writers(int port, int count, List<BenchAccount> accounts) {
    this.port = port;
    this.count = count;
    this.accounts = accounts;
  }

  /**
   * What came of it.
   *
   * @param accepted how many writes were answered 200
   * @param others how often anything else happened, by status or failure
   */
  record Outcome(int accepted, Map<String, Integer> others, Duration time) {
    double perSecond() {
      return accepted * 1e9 / time.toNanos();
    }
  }

  /** Saves as fast as the answers come. */
  Outcome atFullSpeed(Duration time) throws InterruptedException, ExecutionException {
    return work(time, 0);
  }

  /** Saves at a rate; a writer that falls behind hurries. */
  Outcome atRate(int perSecond, Duration time) throws InterruptedException, ExecutionException {
    return work(time, 1_000_000_000L * count / perSecond);
  }

  private Outcome work(Duration time, long intervalNanos)
      throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    List<Callable<Outcome>> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<BenchAccount> own = every(count, i);
      // Evenly spread over the interval.
      long first = start + i * intervalNanos / count;
      jobs.add(() -> write(own, first, start + time.toNanos(), intervalNanos));
    }
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      int accepted = 0;
      Map<String, Integer> others = new TreeMap<>();
      for (Future<Outcome> done : threads.invokeAll(jobs)) {
        accepted += done.get().accepted();
        done.get().others().forEach((what, times) -> others.merge(what, times, Integer::sum));
      }
      return new Outcome(accepted, others, Duration.ofNanos(System.nanoTime() - start));
    } finally {
      threads.shutdown();
    }
  }

  private Outcome write(List<BenchAccount> own, long first, long end, long intervalNanos)
      throws IOException {
    int accepted = 0;
    Map<String, Integer> others = new TreeMap<>();
    try (Writer writer = new Writer(port)) {
      for (long next = first; System.nanoTime() < end; next += intervalNanos) {
        sleepUntil(next);
        BenchAccount account = own.get(ThreadLocalRandom.current().nextInt(own.size()));
        byte[] request = writer.request(account);
        while (true) {
          String outcome = send(writer, account, request);
          if (outcome.equals("200")) {
            accepted++;
            break;
          }
          others.merge(outcome, 1, Integer::sum);
          sleepUntil(System.nanoTime() + 50_000_000);
        }
      }
    }
    return new Outcome(accepted, others, Duration.ZERO);
  }

  /** The status, or what prevented one. The same request again is safe. */
  private static String send(Writer writer, BenchAccount account, byte[] request) {
    try {
      return String.valueOf(writer.send(account, request));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private List<BenchAccount> every(int nth, int offset) {
    List<BenchAccount> own = new ArrayList<>();
    for (int i = offset; i < accounts.size(); i += nth) {
      own.add(accounts.get(i));
    }
    return own;
  }

  private static void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
