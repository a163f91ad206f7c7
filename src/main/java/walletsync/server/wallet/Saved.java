package walletsync.server.wallet;

import java.util.Optional;
import walletsync.protocol.EntityTag;
import walletsync.protocol.Wallet;

/** The answer to {@link WalletRequest.SaveWallet}. */
public sealed interface Saved {

  /** The wallet is the account's current one, stored now or by the same request before. */
  record Stored(EntityTag tag) implements Saved {}

  /**
   * The sequence was not the next one.
   *
   * @param current the account's wallet; empty where there is none
   * @param accepted whether this very wallet did get in earlier and was built upon since: then only
   *     the answer was lost
   */
  record Conflict(Optional<Wallet> current, boolean accepted) implements Saved {}
}
