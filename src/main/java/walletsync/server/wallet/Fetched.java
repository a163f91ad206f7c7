package walletsync.server.wallet;

import walletsync.protocol.EntityTag;
import walletsync.protocol.Wallet;

/** The answer to {@link WalletRequest.FetchWallet}. */
public sealed interface Fetched {

  /** The wallet's state. */
  EntityTag tag();

  /** A wallet that the client does not have. */
  record Found(Wallet wallet, EntityTag tag) implements Fetched {}

  /** The client has this state already. */
  record NotModified(EntityTag tag) implements Fetched {}
}
