package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.bus.Bus;
import walletsync.server.mail.MailRequest.Outcome;
import walletsync.server.mail.MailRequest.SendVerification;
import walletsync.server.settings.MailSettings;

/** Sends mails. It only wires. Deploy one instance, where accounts are verified by mail. */
public final class MailVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(MailVerticle.class);

  private static final int MOST_ON_THE_WAY = 16;
  private static final int MOST_WAITING = 64;

  /** A person waits for the answer to a sign-up, of which this is a part. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Bus bus;
  private final MailSettings settings;
  private final URI publicUrl;
  private final MailRate rate;
  private final MailCounts counts;
  private MailQueue queue;
  private long nextWarning = System.nanoTime();

  /**
   * @param publicUrl where people reach this server: links begin with it
   * @param perMinute how many mails leave at most
   */
  public MailVerticle(
      Bus bus, MailSettings settings, URI publicUrl, int perMinute, MailCounts counts) {
    this.bus = bus;
    this.settings = settings;
    this.publicUrl = publicUrl;
    this.rate = new MailRate(perMinute, System.nanoTime());
    this.counts = counts;
  }

  @Override
  public Future<?> start() {
    MailSender sender = sender();
    queue = new MailQueue(vertx, sender, MOST_ON_THE_WAY, MOST_WAITING, PATIENCE);
    return sender.start().compose(ready -> bus.answer(SendVerification.class, this::send));
  }

  @Override
  public Future<?> stop() {
    // Whoever asked for a mail has been answered by now. A provider that clings to its connection
    // must not hold up the end.
    return queue.close().timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  private MailSender sender() {
    if (settings instanceof MailSettings.Mailgun mailgun) {
      return new Mailgun(vertx, mailgun, MOST_ON_THE_WAY, PATIENCE);
    }
    if (settings instanceof MailSettings.Smtp smtp) {
      return new Smtp(vertx, smtp, publicUrl.getHost(), MOST_ON_THE_WAY, PATIENCE);
    }
    return new Outbox(vertx, (MailSettings.Outbox) settings, publicUrl.getHost());
  }

  private Future<Outcome> send(SendVerification request) {
    return (rate.take(System.nanoTime()) ? deliver(request) : refuse()).onSuccess(counts::ended);
  }

  /** With a line a minute: whoever asks for so many must not fill the log as well. */
  private Future<Outcome> refuse() {
    long now = System.nanoTime();
    if (now - nextWarning >= 0) {
      nextWarning = now + TimeUnit.MINUTES.toNanos(1);
      LOG.warn("Mails are not sent, as more are asked for than MAILS_PER_MINUTE");
    }
    return Future.succeededFuture(Outcome.NOT_SENT);
  }

  private Future<Outcome> deliver(SendVerification request) {
    return queue
        .send(VerificationMail.of(settings.from(), publicUrl, request.to(), request.verifyToken()))
        .map(Outcome.SENT)
        .otherwise(
            failure -> {
              if (failure instanceof MailException known) {
                LOG.warn("A mail was not sent, or may not have been: {}", known.getMessage());
                return known.outcome();
              }
              LOG.error("A mail may not have been sent: {}", MailException.nameOf(failure));
              return Outcome.UNKNOWN;
            });
  }
}
