package walletsync.server.settings;

/** How mails leave the server; the constants carry the values of {@code MAIL_TRANSPORT}. */
public enum MailTransport {
  MAILGUN("mailgun"),
  SMTP("smtp"),
  /** Each mail becomes a file: for development, and for people who pass links on by hand. */
  OUTBOX("outbox");

  private final String text;

  MailTransport(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
