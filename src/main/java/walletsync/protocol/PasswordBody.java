package walletsync.protocol;

import java.util.Optional;
import java.util.Set;

/**
 * The body of {@code POST /password}.
 *
 * @param email the account's address
 * @param oldPassword the login password so far
 * @param newPassword the login password from now on
 * @param clientSaltSeed the seed of the new keys
 * @param wallet the wallet under its new keys; left out where the account has none
 */
public record PasswordBody(
    Email email,
    Secret oldPassword,
    Secret newPassword,
    String clientSaltSeed,
    Optional<Wallet> wallet) {
  public static final BodyType<PasswordBody> TYPE =
      new BodyType<>(
          Set.of(
              "email", "oldPassword", "newPassword", "clientSaltSeed", "encryptedWallet", "hmac"),
          Set.of("sequence"),
          PasswordBody::from);

  private static PasswordBody from(Fields fields) {
    Email email = Rules.email(fields.text("email"), Refusal.EMAIL_INVALID_OR_MISSING);
    Secret oldPassword =
        Rules.password(fields.text("oldPassword"), Refusal.OLD_PASSWORD_INVALID_OR_MISSING);
    Secret newPassword =
        Rules.password(fields.text("newPassword"), Refusal.NEW_PASSWORD_INVALID_OR_MISSING);
    Rules.require(!oldPassword.equals(newPassword), Refusal.PASSWORDS_EQUAL);
    return new PasswordBody(
        email,
        oldPassword,
        newPassword,
        Rules.saltSeed(fields.text("clientSaltSeed")),
        wallet(fields));
  }

  private static Optional<Wallet> wallet(Fields fields) {
    String encryptedWallet = fields.text("encryptedWallet");
    String hmac = fields.text("hmac");
    long sequence = fields.number("sequence");
    if (encryptedWallet == null && hmac == null && sequence == 0) {
      return Optional.empty();
    }
    Rules.require(sequence > 0, Refusal.WALLET_FIELDS_INCOMPLETE);
    Refusal incomplete = Refusal.WALLET_FIELDS_INCOMPLETE;
    Rules.present(encryptedWallet, incomplete);
    Rules.present(hmac, incomplete);
    return Optional.of(
        new Wallet(
            Rules.storable(encryptedWallet, incomplete, Refusal.WALLET_INVALID),
            sequence,
            Rules.storable(hmac, incomplete, Refusal.HMAC_INVALID)));
  }
}
