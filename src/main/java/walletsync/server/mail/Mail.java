package walletsync.server.mail;

import io.vertx.ext.mail.MailMessage;
import java.util.UUID;

/**
 * One mail to one person.
 *
 * @param from the sender's address, in ASCII
 * @param to the recipient's address
 * @param text for those who read plain text
 * @param html the same for all others
 */
record Mail(String from, String to, String subject, String text, String html) {

  /** Tells other mail systems that nobody wrote this, so nobody is away or wants an answer. */
  static final String AUTO_SUBMITTED = "Auto-Submitted";

  static final String AUTO_GENERATED = "auto-generated";

  /**
   * As a MIME message (RFC 5322, RFC 2046) with both texts as alternatives. Its date is added when
   * it is encoded.
   *
   * @param recipient the form of the recipient's address that the transport can carry
   */
  MailMessage toMime(String recipient) {
    return new MailMessage()
        .setFrom(from)
        .setTo(recipient)
        .setSubject(subject)
        .setText(text)
        .setHtml(html)
        .addHeader("Message-ID", "<" + UUID.randomUUID() + from.substring(from.indexOf('@')) + ">")
        .addHeader(AUTO_SUBMITTED, AUTO_GENERATED);
  }

  /** Neither the address nor the link. */
  @Override
  public String toString() {
    return "Mail[***]";
  }
}
