package walletsync.server.wallet;

import walletsync.server.db.BatchCounts;
import walletsync.server.metrics.Metrics;

/**
 * How well the statements about wallets are filled; all event loops of a process share it.
 *
 * @param singles saves that go by themselves
 * @param explanations of saves that stored nothing
 * @param confirmations that what was stored before is there to stay
 */
public record WalletCounts(
    BatchCounts reads,
    BatchCounts saves,
    BatchCounts singles,
    BatchCounts explanations,
    BatchCounts confirmations) {

  /** By the label {@code statement}. */
  public static WalletCounts of(Metrics metrics) {
    return new WalletCounts(
        new BatchCounts("read", metrics),
        new BatchCounts("save", metrics),
        new BatchCounts("save_alone", metrics),
        new BatchCounts("explain", metrics),
        new BatchCounts("confirm", metrics));
  }
}
