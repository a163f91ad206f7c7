package walletsync.bench;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import walletsync.bench.BenchAccount.Write;
import walletsync.bench.SwarmSocket.Receipt;

/** How long messages took, in nanoseconds, sorted. */
final class Latencies {
  private final long[] sorted;

  private Latencies(LongStream nanos) {
    sorted = nanos.sorted().toArray();
  }

  /**
   * From each write to the message at each socket of its account that tells of it, or of a newer
   * one.
   *
   * @param from the moment of the write that counts
   */
  static Latencies of(Collection<SwarmSocket> sockets, ToLongFunction<Write> from) {
    return new Latencies(sockets.stream().flatMapToLong(socket -> of(socket, from)));
  }

  private static LongStream of(SwarmSocket socket, ToLongFunction<Write> from) {
    List<Write> writes = socket.account().writes();
    Iterator<Receipt> receipts = socket.receipts().iterator();
    LongStream.Builder nanos = LongStream.builder();
    Receipt receipt = null;
    for (Write write : writes) {
      while (receipt == null || receipt.sequence() < write.sequence()) {
        if (!receipts.hasNext()) {
          return nanos.build(); // the caller has made sure that this is only of late writes
        }
        receipt = receipts.next();
      }
      nanos.add(receipt.nanos() - from.applyAsLong(write));
    }
    return nanos.build();
  }

  int count() {
    return sorted.length;
  }

  /** So much, in milliseconds, or less took this part of the messages. */
  double millis(double part) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))] / 1e6;
  }
}
