package walletsync.client.api;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: a random time below a limit that doubles with each try, so
 * that a thousand clients do not come back at once.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);

  private Backoff() {}

  /**
   * A random time from nothing to the limit of this try ("full jitter").
   *
   * @param attempt 1 for the first failure
   * @param longest no limit is above it
   */
  public static Duration fullJitter(int attempt, Duration longest, RandomGenerator random) {
    long limit =
        Math.min(longest.toMillis(), FIRST.toMillis() << Math.min(Math.max(attempt - 1, 0), 20));
    return Duration.ofMillis(random.nextLong(limit + 1));
  }

  /** The same after what the server asked for, which is honoured up to the longest wait. */
  public static Duration afterBusy(
      int attempt, Optional<Duration> asked, Duration longest, RandomGenerator random) {
    Duration jitter = fullJitter(attempt, longest, random);
    return asked
        .map(least -> least.compareTo(longest) > 0 ? longest : least)
        .map(jitter::plus)
        .orElse(jitter);
  }
}
