package walletsync.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Finds the rate at which answers become slow or fail, as the rate grows in steps. A level is
 * broken when its 99th percentile is above a limit, when too many of its requests fail, or when it
 * brings clearly fewer answers than were asked for. One broken level alone may be somebody else's
 * fault, as machines are shared; the knee is the last level before the first two broken ones in a
 * row. Any thread may record.
 */
final class Knee {
  private static final double MOST_FAILED = 0.01;
  private static final double LEAST_ANSWERED = 0.9;

  private final int firstRate;
  private final int step;
  private final double levelSeconds;
  private final int limitMillis;
  private final List<Level> levels = new ArrayList<>();

  /** What happened to the requests that were begun within one level. */
  private static final class Level {
    private int[] micros = new int[1_024];
    private int answered;
    private int failed;

    private void add(int latencyMicros) {
      if (answered == micros.length) {
        micros = Arrays.copyOf(micros, 2 * answered);
      }
      micros[answered++] = latencyMicros;
    }

    private double millis(double quantile) {
      if (answered == 0) {
        return Double.NaN;
      }
      int[] sorted = Arrays.copyOf(micros, answered);
      Arrays.sort(sorted);
      return sorted[(int) Math.min(answered - 1L, Math.round(quantile * answered))] / 1e3;
    }
  }

  /**
   * @param firstRate requests a second on the first level
   * @param step how many more on each next one
   * @param limitMillis what the 99th percentile may be
   */
  Knee(int firstRate, int step, double levelSeconds, int limitMillis) {
    this.firstRate = firstRate;
    this.step = step;
    this.levelSeconds = levelSeconds;
    this.limitMillis = limitMillis;
  }

  /**
   * A request came to its end.
   *
   * @param begunSeconds when it was begun, since the first level began
   * @param failed whether it failed, or could not even be sent
   */
  synchronized void record(double begunSeconds, double latencyMillis, boolean failed) {
    int level = level(begunSeconds);
    while (levels.size() <= level) {
      levels.add(new Level());
    }
    if (failed) {
      levels.get(level).failed++;
    } else {
      levels.get(level).add((int) Math.min(Integer.MAX_VALUE, latencyMillis * 1e3));
    }
  }

  /** Whether two levels in a row, which ended a while before this moment, are broken. */
  synchronized boolean isFound(double nowSeconds) {
    // What is begun in a level may end in the next one.
    return firstOfTwoBroken(Math.min(levels.size(), level(nowSeconds) - 1)).isPresent();
  }

  /**
   * The highest rate that was borne, in requests a second; empty if even the first was too much.
   */
  synchronized OptionalInt rate() {
    int end = firstOfTwoBroken(levels.size()).orElse(levels.size()) - 1;
    while (end >= 0 && isBroken(end)) {
      end--; // the last level alone
    }
    return end < 0 ? OptionalInt.empty() : OptionalInt.of(rate(end));
  }

  /** A line for each level, and one with the knee. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("   wanted/s  answered/s   p50 ms   p99 ms   failed");
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      lines.add(
          String.format(
              Locale.ROOT,
              "%11d %11.0f %8.1f %8.1f %8d%s",
              rate(i),
              level.answered / levelSeconds,
              level.millis(0.5),
              level.millis(0.99),
              level.failed,
              isBroken(i) ? "  broken" : ""));
    }
    boolean broke = firstOfTwoBroken(levels.size()).isPresent();
    lines.add(
        (broke ? "The knee: " : "No knee was reached; borne: ")
            + rate().stream().mapToObj(rate -> rate + " requests a second").findAny().orElse("none")
            + (broke
                ? "; beyond, p99 is above %d ms, over 1 %% fail, or under 90 %% are answered"
                    .formatted(limitMillis)
                : ""));
    return lines;
  }

  private OptionalInt firstOfTwoBroken(int before) {
    for (int i = 0; i + 1 < before; i++) {
      if (isBroken(i) && isBroken(i + 1)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private boolean isBroken(int i) {
    Level level = levels.get(i);
    return level.failed > MOST_FAILED * (level.answered + level.failed)
        || !(level.millis(0.99) <= limitMillis)
        || level.answered < LEAST_ANSWERED * rate(i) * levelSeconds;
  }

  private int level(double seconds) {
    return Math.max(0, (int) (seconds / levelSeconds));
  }

  private int rate(int level) {
    return firstRate + level * step;
  }
}
