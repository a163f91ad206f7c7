package walletsync.protocol;

/**
 * The body of {@code POST /signup}.
 *
 * @param email the new account's address
 * @param password the login password that the client derived
 * @param clientSaltSeed 64 hex characters, from which the client's keys are derived
 */
public record SignUpBody(Email email, Secret password, String clientSaltSeed) {
  public static final BodyType<SignUpBody> TYPE =
      BodyType.ofTexts(SignUpBody::from, "email", "password", "clientSaltSeed");

  private static SignUpBody from(Fields fields) {
    return new SignUpBody(
        Rules.email(fields.text("email"), Refusal.EMAIL_INVALID_OR_MISSING),
        Rules.password(fields.text("password"), Refusal.PASSWORD_INVALID_OR_MISSING),
        Rules.saltSeed(fields.text("clientSaltSeed")));
  }
}
