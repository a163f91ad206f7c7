package walletsync.client.api;

import walletsync.protocol.Wallet;

/** What a question for the wallet brought. */
public sealed interface Fetched {
  /** Whether it is exactly this wallet. */
  default boolean is(Wallet wallet) {
    return this instanceof Found found && found.wallet().equals(wallet);
  }

  /** The server has none. */
  record None() implements Fetched {}

  /** It is the one that the client knows. */
  record NotModified() implements Fetched {}

  /** It is this one; its proof has not been checked. */
  record Found(Wallet wallet) implements Fetched {}
}
