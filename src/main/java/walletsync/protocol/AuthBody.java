package walletsync.protocol;

/**
 * The body of {@code POST /auth/full}.
 *
 * @param email the account's address
 * @param password the login password
 * @param deviceId any text; each device of an account has a token of its own
 */
public record AuthBody(Email email, Secret password, String deviceId) {
  public static final BodyType<AuthBody> TYPE =
      BodyType.ofTexts(AuthBody::from, "email", "password", "deviceId");

  private static AuthBody from(Fields fields) {
    return new AuthBody(
        Rules.email(fields.text("email"), Refusal.EMAIL_INVALID),
        Rules.password(fields.text("password"), Refusal.PASSWORD_INVALID_OR_MISSING),
        Rules.storable(
            fields.text("deviceId"), Refusal.DEVICE_ID_MISSING, Refusal.DEVICE_ID_INVALID));
  }
}
