package walletsync.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The turns of one load, with what the processes used meanwhile. */
final class Turns {
  private final List<Turn> all = new ArrayList<>();

  /**
   * @param serverCpu seconds of processor time of the server
   * @param postgresCpu of Postgres
   * @param loadCpu of the program that makes the load
   * @param mebibytes what the server held in memory at the end
   * @param mebibytesMore how much more that was than before
   */
  record Turn(
      Outcome outcome,
      double serverCpu,
      double postgresCpu,
      double loadCpu,
      double mebibytes,
      double mebibytesMore) {}

  void add(Turn turn) {
    all.add(turn);
  }

  Turn get(int round) {
    return all.get(round);
  }

  int rounds() {
    return all.size();
  }

  double median(ToDoubleFunction<Turn> value) {
    return Median.of(all.stream().map(value::applyAsDouble).toList());
  }

  double perSecond() {
    return median(turn -> turn.outcome().perSecond());
  }

  double medianMillis() {
    return median(turn -> turn.outcome().medianMillis());
  }

  double slowMillis() {
    return median(turn -> turn.outcome().slowMillis());
  }

  long errors() {
    return all.stream().mapToLong(turn -> turn.outcome().errors()).sum();
  }

  /** Of what a turn used: so much for a thousand requests. */
  double per1000(ToDoubleFunction<Turn> used) {
    return median(turn -> 1000 * used.applyAsDouble(turn) / turn.outcome().requests());
  }

  /** The median of the ratios to the other's turn in the same round, and the least and greatest. */
  String ratioTo(Turns other) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < rounds(); round++) {
      ratios.add(get(round).outcome().perSecond() / other.get(round).outcome().perSecond());
    }
    return "%.2f (%.2f to %.2f)"
        .formatted(Median.of(ratios), Collections.min(ratios), Collections.max(ratios));
  }
}
