package walletsync.protocol;

/**
 * The body of {@code POST /verify/resend}.
 *
 * @param email the address that waits for its verification mail
 */
public record ResendBody(Email email) {
  public static final BodyType<ResendBody> TYPE = BodyType.ofTexts(ResendBody::from, "email");

  private static ResendBody from(Fields fields) {
    return new ResendBody(Rules.email(fields.text("email"), Refusal.EMAIL_INVALID_OR_MISSING));
  }
}
