package walletsync.server.mail;

import walletsync.protocol.Email;
import walletsync.protocol.Secret;
import walletsync.server.bus.Bus;

/** What can be asked of the mail verticle. */
public sealed interface MailRequest<R> extends Bus.Request<R> {

  /**
   * Sends the mail with the link that verifies an account, within some seconds.
   *
   * @param to the account's address, as it was typed at sign-up
   * @param verifyToken the code in the link
   */
  record SendVerification(Email to, Secret verifyToken) implements MailRequest<Outcome> {}

  /** What became of a mail. */
  enum Outcome {
    /** Whoever delivers it has taken it over. */
    SENT,
    /** It was refused, or never handed over: nobody will read it. */
    NOT_SENT,
    /** The answer did not come in time, or was none: it may arrive or not. */
    UNKNOWN
  }
}
