package walletsync.server.settings;

/**
 * How the connection to an SMTP relay is encrypted; the constants carry the values of {@code
 * SMTP_SECURITY}.
 */
public enum SmtpSecurity {
  /** It begins in clear, and nothing is said before it is encrypted. */
  STARTTLS("starttls", 587),
  /** It is encrypted from its first byte. */
  TLS("tls", 465),
  /** Not at all: for a relay on the same machine or network. */
  NONE("none", 25);

  private final String text;
  private final int defaultPort;

  SmtpSecurity(String text, int defaultPort) {
    this.text = text;
    this.defaultPort = defaultPort;
  }

  int defaultPort() {
    return defaultPort;
  }

  @Override
  public String toString() {
    return text;
  }
}
