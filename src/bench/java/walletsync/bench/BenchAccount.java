package walletsync.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** An account of the load, and what was written to it. One thread at a time writes to it. */
final class BenchAccount {
  private final List<String> tokens;
  private final List<Write> writes = new ArrayList<>();
  private volatile long sequence = 1;

  /**
   * A save that was accepted; both times are of {@link System#nanoTime()}.
   *
   * @param sent when the request was sent
   * @param accepted when its answer was there
   */
  record Write(long sequence, long sent, long accepted) {}

  /**
   * The account that {@link BenchDatabase} made under this number, with a first wallet.
   *
   * @param number from 1
   */
  BenchAccount(int number, int devices) {
    tokens = IntStream.rangeClosed(1, devices).mapToObj(device -> token(number, device)).toList();
  }

  /** The same formula stands in {@link BenchDatabase}, and in what wrk and pgbench run. */
  private static String token(int account, int device) {
    return "%062d%02d".formatted(account, device);
  }

  /** The token of a device, counted from 0. */
  String token(int device) {
    return tokens.get(device);
  }

  int devices() {
    return tokens.size();
  }

  /** The newest accepted sequence. */
  long sequence() {
    return sequence;
  }

  void accepted(Write write) {
    sequence = write.sequence();
    writes.add(write);
  }

  /** The accepted writes, rising. */
  List<Write> writes() {
    return writes;
  }
}
