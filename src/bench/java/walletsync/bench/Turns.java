package walletsync.bench;

import java.util.ArrayList;
import java.util.Arrays;
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
    double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
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

  /** The median of the ratios to the other's turn in the same round. */
  double ratioTo(Turns other) {
    double[] ratios = new double[rounds()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = get(round).outcome().perSecond() / other.get(round).outcome().perSecond();
    }
    Arrays.sort(ratios);
    return ratios[ratios.length / 2];
  }
}
