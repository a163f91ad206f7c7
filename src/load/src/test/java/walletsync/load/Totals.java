package walletsync.load;

import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What came of a simulation. */
final class Totals {
  static final String ALL_THERE = "every accepted write is there";

  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder sentWhileDown = new LongAdder();
  private final LongAdder toldToWait = new LongAdder();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong found = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong checked = new AtomicLong();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  /** A request that a running server had to answer. */
  void request(boolean failed) {
    requests.increment();
    if (failed) {
      failures.increment();
    }
  }

  /** A request that met no server, as it had been taken away on purpose. */
  void sentWhileDown() {
    sentWhileDown.increment();
  }

  /** A 503 with {@code Retry-After}, where that is the right answer. */
  void toldToWait() {
    toldToWait.increment();
  }

  /**
   * Compares what an account was told with what is found of it.
   *
   * @return {@link #ALL_THERE}, or what is wrong
   */
  String check(LoadAccount account, Wallet wallet) {
    Ledger.Verdict verdict = account.ledger().check(wallet);
    accepted.addAndGet(verdict.accepted());
    found.addAndGet(verdict.found());
    lost.addAndGet(verdict.lost());
    checked.incrementAndGet();
    if (verdict.isGood()) {
      return ALL_THERE;
    }
    complaints.add(account + ": " + verdict.complaint());
    return verdict.complaint();
  }

  /** What is wrong with which account. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** One line for people. */
  String line(String simulation, Accounts accounts) {
    long conflicts = accounts.all().stream().mapToLong(a -> a.ledger().conflicts()).sum();
    long unknown = accounts.all().stream().mapToLong(a -> a.ledger().unknowns()).sum();
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "Totals of %s: accepted writes %d, sequences found %d, lost updates %d, conflicts %d,"
                + " failed %.2f %% of %d requests",
            simulation,
            accepted.get(),
            found.get(),
            lost.get(),
            conflicts,
            100.0 * failures.sum() / Math.max(1, requests.sum()),
            requests.sum()));
    append(line, unknown, "writes of unknown fate");
    append(line, toldToWait.sum(), "times told to wait");
    append(line, sentWhileDown.sum(), "sent while the server was down");
    append(line, accounts.all().size() - checked.get(), "accounts COULD NOT BE CHECKED");
    return line.toString();
  }

  private static void append(StringBuilder line, long number, String what) {
    if (number > 0) {
      line.append(", ").append(number).append(' ').append(what);
    }
  }
}
