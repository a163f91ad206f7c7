package walletsync.server.wallet;

import java.util.List;
import walletsync.protocol.EntityTag;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;
import walletsync.server.bus.Bus;

/** What can be asked of the wallet store. */
public sealed interface WalletRequest<R> extends Bus.Request<R> {

  /**
   * Reads the wallet of a token's account. Refused with {@code TOKEN_NOT_FOUND} or {@code
   * NO_WALLET}.
   *
   * @param token the device's token
   * @param known the states that the client has already; one of them is not sent again
   */
  record FetchWallet(Secret token, List<EntityTag> known) implements WalletRequest<Fetched> {}

  /**
   * Stores a wallet, if its sequence is exactly one more than that of the stored one (1 if there is
   * none). Refused with {@code TOKEN_NOT_FOUND}; a conflict is an answer, not a refusal.
   *
   * @param token the device's token
   * @param wallet the new state
   * @param tag its entity tag, which takes a while to find
   */
  record SaveWallet(Secret token, Wallet wallet, EntityTag tag) implements WalletRequest<Saved> {
    public SaveWallet(Secret token, Wallet wallet) {
      this(token, wallet, wallet.entityTag());
    }
  }
}
