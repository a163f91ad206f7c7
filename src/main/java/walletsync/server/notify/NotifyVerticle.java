package walletsync.server.notify;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.bus.Bus;
import walletsync.server.metrics.Metrics;
import walletsync.server.notify.AccountEvent.EventsMissed;
import walletsync.server.notify.AccountEvent.FromElsewhere;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;

/**
 * The relay between the processes that share a database. What this process announces is collected
 * for some milliseconds and sent as one text; what others announce is published here. Deploy one
 * instance.
 *
 * <p>Nothing depends on a text's arrival: when texts may have been missed, {@link EventsMissed}
 * makes the sockets read what is true.
 */
public final class NotifyVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NotifyVerticle.class);
  private static final long COLLECT_MILLIS = 15;
  private static final long RETRY_MILLIS = 1_000;
  private static final long LAST_WORDS_MILLIS = 2_000;

  private final Bus bus;
  private final Function<Vertx, Transport> transports;
  private final Duration heartbeat;
  private final Announcements announcements =
      new Announcements(UUID.randomUUID().toString().substring(0, 13));
  private final Counter sent;
  private final Counter received;
  private final Counter failed;
  private final Counter gaps;
  private Transport transport;
  private boolean sending;
  private Future<Void> underWay = Future.succeededFuture();
  private boolean stopping;
  private int subscriptions;
  private boolean spoke;
  private boolean heardMyself;

  /**
   * @param transports makes the transport between the processes
   * @param heartbeat how often it is looked whether this process hears itself
   */
  public NotifyVerticle(
      Bus bus, Function<Vertx, Transport> transports, Duration heartbeat, Metrics metrics) {
    this.bus = bus;
    this.transports = transports;
    this.heartbeat = heartbeat;
    metrics.gauge(
        "relay.waiting", "Events that other processes are still to be told", announcements::size);
    sent = metrics.counter("relay.sent", "Texts that were sent to the other processes");
    received = metrics.counter("relay.received", "Texts that came from other processes");
    failed = metrics.counter("relay.failed", "Texts that could not be sent at first");
    gaps =
        metrics.counter("relay.gaps", "How often texts of others may have been missed, and healed");
  }

  @Override
  public Future<?> start() {
    transport = transports.apply(vertx);
    vertx.setPeriodic(heartbeat.toMillis(), timer -> heartbeat());
    return Future.all(
        bus.listen(WalletChanged.class, this::announce),
        bus.listen(PasswordChanged.class, this::announce),
        bus.listen(SessionsRevoked.class, this::announce),
        transport.start(this::received, this::subscribed));
  }

  private void subscribed() {
    subscriptions++;
    gaps.increment();
    spoke = false;
    bus.publish(new EventsMissed());
  }

  private void announce(AccountEvent event) {
    announcements.add(event);
    sendSoon(COLLECT_MILLIS);
  }

  private void sendSoon(long millis) {
    if (!sending) {
      sending = true;
      vertx.setTimer(millis, timer -> send());
    }
  }

  private void send() {
    if (stopping) {
      return;
    }
    String text = announcements.take(transport.maxBytes());
    int subscription = subscriptions;
    underWay = transport.send(text);
    underWay.onComplete(
        done -> {
          sending = false;
          spoke |= done.succeeded() && subscription == subscriptions;
          (done.succeeded() ? sent : failed).increment();
          if (done.failed()) {
            LOG.warn("Other processes could not be told of changes: {}", done.cause().toString());
            announcements.putBack(text);
          }
          if (!announcements.isEmpty()) {
            sendSoon(done.failed() ? RETRY_MILLIS : 1);
          }
        });
  }

  /**
   * A connection can be dead without a sign. A process that spoke since it began to listen, and did
   * not hear itself, listens anew.
   */
  private void heartbeat() {
    if (spoke && !heardMyself) {
      LOG.warn("Nothing is heard from other processes: connecting anew");
      transport.reconnect();
    }
    spoke = false;
    heardMyself = false;
    sendSoon(1);
  }

  private void received(String text) {
    if (announcements.isOwn(text)) {
      heardMyself = true;
      return;
    }
    received.increment();
    for (AccountEvent event : Announcements.events(text)) {
      bus.publish(new FromElsewhere(event));
    }
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    // What was committed a moment ago is still to be told: nobody would read it again for a while.
    return underWay
        .transform(sent -> sendRest())
        .timeout(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS)
        .transform(sent -> transport.close());
  }

  private Future<Void> sendRest() {
    return announcements.isEmpty()
        ? Future.succeededFuture()
        : transport.send(announcements.take(transport.maxBytes())).compose(sent -> sendRest());
  }
}
