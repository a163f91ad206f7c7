package walletsync.server.notify;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.bus.Bus;
import walletsync.server.notify.AccountEvent.FromElsewhere;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.WalletChanged;

/**
 * Carries what happens to accounts between the processes that share a database. What this process
 * announces is collected for a moment and sent as one {@code NOTIFY}; what others announce is
 * published here. Deploy one instance.
 *
 * <p>The {@code NOTIFY} goes over a connection of its own, never inside a write: at commit it takes
 * a lock that all notifying transactions share.
 */
public final class NotifyVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NotifyVerticle.class);
  private static final String CHANNEL = "wallet_sync";
  private static final long COLLECT_MILLIS = 15;
  private static final long LONGEST_RECONNECT_DELAY_MILLIS = 5_000;

  private final Bus bus;
  private final PgConnectOptions database;
  private final Outbound outbound = new Outbound(UUID.randomUUID().toString().substring(0, 8));
  private SqlClient sender;
  private PgSubscriber subscriber;
  private boolean flushPlanned;

  public NotifyVerticle(Bus bus, PgConnectOptions database) {
    this.bus = bus;
    this.database = database;
  }

  @Override
  public Future<?> start() {
    sender =
        PgBuilder.client()
            .with(new PoolOptions().setMaxSize(1).setMaxWaitQueueSize(16))
            .connectingTo(new PgConnectOptions(database))
            .using(vertx)
            .build();
    subscriber =
        PgSubscriber.subscriber(vertx, new PgConnectOptions(database))
            .reconnectPolicy(attempt -> Math.min(100L << attempt, LONGEST_RECONNECT_DELAY_MILLIS));
    subscriber.channel(CHANNEL).handler(this::received);
    return Future.all(
        bus.listen(WalletChanged.class, this::announce),
        bus.listen(PasswordChanged.class, this::announce),
        subscriber.connect());
  }

  private void announce(AccountEvent event) {
    outbound.add(event);
    planFlush();
  }

  private void planFlush() {
    if (!flushPlanned) {
      flushPlanned = true;
      vertx.setTimer(COLLECT_MILLIS, timer -> flush());
    }
  }

  private void flush() {
    Outbound.Payload payload = outbound.take();
    sender
        .preparedQuery("SELECT pg_notify($1, $2)")
        .execute(Tuple.of(CHANNEL, payload.text()))
        .onFailure(failure -> LOG.warn("Could not tell other processes of changes", failure))
        .onComplete(
            done -> {
              flushPlanned = false;
              if (!outbound.isEmpty()) {
                planFlush();
              }
            });
  }

  private void received(String payload) {
    for (AccountEvent event : outbound.fromOthers(payload)) {
      bus.publish(new FromElsewhere(event));
    }
  }

  @Override
  public Future<?> stop() {
    return Future.join(subscriber.close(), sender.close());
  }
}
