package walletsync.server.settings;

/**
 * Who may sign up; the constants carry the names of the setting {@code ACCOUNT_VERIFICATION_MODE}.
 */
public enum SignUpMode {
  /** Anybody who can reach the server. */
  ALLOW_ALL("AllowAll"),
  /** The addresses of {@code ACCOUNT_WHITELIST}; nobody while that is empty. */
  WHITELIST("Whitelist"),
  /** Anybody who opens the link in a mail. */
  EMAIL_VERIFY("EmailVerify");

  private final String text;

  SignUpMode(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
