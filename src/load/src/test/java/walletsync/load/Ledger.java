package walletsync.load;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What an account's devices were told: which of their writes were accepted. In the end the server
 * has to show every one of them. Any thread may use it.
 */
final class Ledger {
  private final int[] acceptedOf;
  private final BitSet sequences = new BitSet();
  private Optional<Wallet> newest = Optional.empty();
  private long accepted;
  private long acceptedTwice;
  private long unknown;
  private long conflicts;
  private long stale;

  Ledger(int devices) {
    acceptedOf = new int[devices];
  }

  /**
   * What was found of an account.
   *
   * @param accepted how many writes were accepted
   * @param found the server's sequence in the end
   * @param lost how many of the accepted writes are not there
   * @param complaint what is wrong; blank when all is well
   */
  record Verdict(long accepted, long found, long lost, String complaint) {
    boolean isGood() {
      return complaint.isBlank();
    }
  }

  /** A device was told that its wallet is stored. */
  synchronized void accepted(int device, Wallet wallet) {
    accepted++;
    acceptedOf[device]++;
    int sequence = Math.toIntExact(wallet.sequence());
    if (sequences.get(sequence)) {
      acceptedTwice++;
    }
    sequences.set(sequence);
    if (wallet.sequence() > newestSequence()) {
      newest = Optional.of(wallet);
    }
  }

  synchronized void conflict() {
    conflicts++;
  }

  /** A device gave up without knowing whether its write was accepted. */
  synchronized void unknown() {
    unknown++;
  }

  /**
   * A device was shown a sequence.
   *
   * @param atLeast what had been accepted before it asked: nothing older may be shown
   */
  synchronized void shown(long sequence, long atLeast) {
    if (sequence < atLeast) {
      stale++;
    }
  }

  /** The highest accepted sequence, 0 before the first. */
  synchronized long newestSequence() {
    return newest.map(Wallet::sequence).orElse(0L);
  }

  synchronized long conflicts() {
    return conflicts;
  }

  synchronized long unknowns() {
    return unknown;
  }

  /** Compares what was accepted with what the server has, when nobody writes any more. */
  synchronized Verdict check(Wallet found) {
    Contents contents = Contents.of(found, acceptedOf.length);
    long missing = 0;
    for (int device = 0; device < acceptedOf.length; device++) {
      missing += Math.max(0, acceptedOf[device] - contents.writes(device));
    }
    long lost = Math.max(Math.max(missing, acceptedTwice), accepted - found.sequence());
    List<String> complaints = new ArrayList<>();
    if (lost > 0) {
      complaints.add(lost + " accepted writes are lost");
    }
    if (found.sequence() > accepted + unknown) {
      complaints.add(found.sequence() - accepted - unknown + " writes are there that were refused");
    }
    if (unknown == 0 && !newest.equals(Optional.of(found))) {
      complaints.add("the wallet is not the one that was accepted last");
    }
    if (stale > 0) {
      complaints.add(stale + " answers were older than what had been accepted before");
    }
    return new Verdict(accepted, found.sequence(), lost, String.join(", ", complaints));
  }
}
