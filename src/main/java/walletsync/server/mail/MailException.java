package walletsync.server.mail;

import walletsync.server.mail.MailRequest.Outcome;

/**
 * A mail was not sent, or may not have been. The message says why, for the log: it holds neither an
 * address nor anything that the provider said, as that may quote one. No stack trace.
 */
final class MailException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;

  private MailException(Outcome outcome, String reason) {
    super(reason, null, false, false);
    this.outcome = outcome;
  }

  /** The mail will not arrive. */
  static MailException notSent(String reason) {
    return new MailException(Outcome.NOT_SENT, reason);
  }

  /** The mail may arrive. */
  static MailException unknown(String reason) {
    return new MailException(Outcome.UNKNOWN, reason);
  }

  Outcome outcome() {
    return outcome;
  }

  /** The name of a failure's class, which says enough: its message may quote what was sent. */
  static String nameOf(Throwable failure) {
    return failure.getClass().getSimpleName();
  }
}
