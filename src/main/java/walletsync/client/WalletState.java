package walletsync.client;

import walletsync.protocol.Wallet;

/**
 * A version of the wallet as the server has it.
 *
 * @param sequence 0 as long as nothing has been stored, then one more with each stored wallet
 * @param encryptedWallet the SDK's container; empty at sequence 0
 */
public record WalletState(long sequence, String encryptedWallet) {
  static WalletState of(Wallet wallet) {
    return new WalletState(wallet.sequence(), wallet.encryptedWallet());
  }

  @Override
  public String toString() {
    return "WalletState(sequence=" + sequence + ", encryptedWallet='" + encryptedWallet + "')";
  }
}
