package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import walletsync.server.bus.Bus;
import walletsync.server.mail.MailRequest.SendVerification;
import walletsync.server.settings.MailSettings;

/** Sends mails. It only wires. Deployed where accounts are verified by mail. */
public final class MailVerticle extends VerticleBase {
  private final Bus bus;
  private final MailSettings settings;
  private final URI publicUrl;

  public MailVerticle(Bus bus, MailSettings settings, URI publicUrl) {
    this.bus = bus;
    this.settings = settings;
    this.publicUrl = publicUrl;
  }

  @Override
  public Future<?> start() {
    Outbox outbox = new Outbox(vertx, settings.outbox(), publicUrl.getHost());
    return bus.answer(
        SendVerification.class,
        request ->
            outbox.send(
                VerificationMail.of(
                    settings.from(), publicUrl, request.to(), request.verifyToken())));
  }
}
