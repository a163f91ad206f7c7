package walletsync.server.mail;

import io.vertx.core.Future;
import walletsync.server.settings.StartException;

/** A way by which mails leave. It sends as many at a time as {@link MailQueue} gives it. */
interface MailSender {

  /** Fails with {@link StartException} where it can already be seen that no mail would leave. */
  Future<Void> start();

  /** Hands a mail over; fails with {@link MailException}. Ends within some seconds. */
  Future<Void> send(Mail mail);

  Future<Void> close();
}
