package walletsync.server.wallet;

import walletsync.server.db.BatchCounts;

/** How well the statements about wallets are filled; all event loops of a process share it. */
public record WalletCounts(BatchCounts reads, BatchCounts saves, BatchCounts explanations) {}
