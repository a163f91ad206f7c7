package walletsync.client;

import java.util.Optional;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.HmacKey;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState.Synced;
import walletsync.protocol.Limits;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

/**
 * What of the server's wallets may be taken: those that are signed, can be read, and are not older
 * than what this device has seen. Anything else takes the person's consent.
 */
record Trust(HmacKey key, Secret password, Consent consent) {
  /** How many versions others may have stored unseen: more than one a minute for a year. */
  private static final long MAX_LEAP = 1_000_000;

  /** The wallet's content, or nothing where the person agrees that it is replaced unread. */
  Optional<SdkWallet> open(Synced seen, Wallet wallet) {
    if (!key.verifies(wallet)) {
      return replaceable(
          seen,
          wallet,
          "The server's wallet is not signed with this password: it was changed on its way, by the"
              + " server, or by a client that works in another way.");
    }
    try {
      return Optional.of(SdkWallet.unpack(wallet.encryptedWallet(), password));
    } catch (ClientException e) {
      return replaceable(
          seen,
          wallet,
          "The server's wallet is signed with this password but cannot be read. " + e.getMessage());
    }
  }

  /**
   * Its sequence is not proven either. A lower one, once built upon, would let older wallets pass
   * from then on, and nothing can be stored after the last one, which a few lies would reach.
   */
  private Optional<SdkWallet> replaceable(Synced seen, Wallet wallet, String why) {
    if (wallet.sequence() < seen.sequence()) {
      throw untrusted(
          why
              + " It is also older than what this device has seen (version "
              + wallet.sequence()
              + ", not "
              + seen.sequence()
              + "), so it is not replaced either. The local wallet is untouched. If the server was"
              + " restored from a backup, export the local wallet, import it into a new profile, and"
              + " sync that one with --replace-unreadable.");
    }
    if (wallet.sequence() - seen.sequence() > MAX_LEAP
        || wallet.sequence() >= Limits.MAX_SEQUENCE - 1) {
      throw untrusted(
          why
              + " It pretends to be version "
              + wallet.sequence()
              + ", which no account can have reached since version "
              + seen.sequence()
              + ": to go on from there would leave none for later. The local wallet is untouched.");
    }
    require(
        Consent.REPLACE_UNREADABLE,
        why
            + " The local wallet is untouched. If you are sure of the password, sync with the"
            + " consent to replace the server's wallet by the local one (--replace-unreadable): what"
            + " only the server had is lost.");
    return Optional.empty();
  }

  /** What to merge upon: nothing, where the server went back and the person agrees. */
  Synced mergeBase(Synced seen, Wallet wallet) {
    if (wallet.sequence() < seen.sequence()) {
      requireToGoBack(
          "The server sent version "
              + wallet.sequence()
              + " of the wallet, but this device has seen version "
              + seen.sequence()
              + ".");
      return seen.withoutBase();
    }
    if (wallet.sequence() == seen.sequence() && !seen.wallet().equals(Optional.of(wallet))) {
      requireToGoBack(
          "The server sent another version "
              + wallet.sequence()
              + " of the wallet than this device has seen.");
      return seen.withoutBase();
    }
    return seen;
  }

  /** The server says that it has no wallet. */
  void lost(Synced seen) {
    requireToGoBack("The server has lost the wallet: it had version " + seen.sequence() + ".");
  }

  private void requireToGoBack(String why) {
    require(
        Consent.ADOPT_OLDER,
        why
            + " The server may have been restored from a backup, or it may be lying. The local"
            + " wallet is untouched. If you know why, sync with the consent to adopt the older"
            + " wallet (--adopt-older): both are merged, and nothing is lost.");
  }

  private void require(Consent needed, String explanation) {
    if (consent != needed) {
      throw untrusted(explanation);
    }
  }

  private static ClientException untrusted(String explanation) {
    return new ClientException(Problem.UNTRUSTED, explanation);
  }
}
