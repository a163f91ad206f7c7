package walletsync.server.mail;

import walletsync.protocol.Email;
import walletsync.protocol.Secret;
import walletsync.server.bus.Bus;

/** What can be asked of the mail verticle. */
public sealed interface MailRequest<R> extends Bus.Request<R> {

  /**
   * Sends the mail with the link that verifies an account. Fails when the mail could not be handed
   * over.
   *
   * @param to the account's address, as it was typed at sign-up
   * @param verifyToken the code in the link
   */
  record SendVerification(Email to, Secret verifyToken) implements MailRequest<Void> {}
}
