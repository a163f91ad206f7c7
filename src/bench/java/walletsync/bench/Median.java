package walletsync.bench;

import java.util.Collection;

/** What stands in the middle of some measurements, of which a busy machine spoils a few. */
final class Median {
  private Median() {}

  /** The one in the middle, or between the two that are; not a number where there are none. */
  static double of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
