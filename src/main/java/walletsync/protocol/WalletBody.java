package walletsync.protocol;

import java.util.Set;

/**
 * The body of {@code POST /wallet}.
 *
 * @param token the device's token, from the body or the {@code Authorization} header
 * @param wallet the wallet to store
 */
public record WalletBody(Secret token, Wallet wallet) {
  public static final BodyType<WalletBody> TYPE =
      new BodyType<>(
          Set.of("token", "encryptedWallet", "hmac"), Set.of("sequence"), WalletBody::from);

  private static WalletBody from(Fields fields) {
    Secret token = Secret.of(Rules.present(fields.text("token"), Refusal.TOKEN_MISSING));
    String encryptedWallet =
        Rules.storable(
            fields.text("encryptedWallet"), Refusal.WALLET_MISSING, Refusal.WALLET_INVALID);
    String hmac = Rules.storable(fields.text("hmac"), Refusal.HMAC_MISSING, Refusal.HMAC_INVALID);
    long sequence = fields.number("sequence");
    Rules.require(sequence > 0, Refusal.SEQUENCE_MISSING);
    return new WalletBody(token, new Wallet(encryptedWallet, sequence, hmac));
  }
}
