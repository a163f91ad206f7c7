package walletsync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import walletsync.server.auth.AuthRequest.Device;
import walletsync.server.auth.AuthRequest.FetchSession;
import walletsync.server.auth.AuthRequest.RefreshSessions;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.bus.Bus;
import walletsync.server.http.HttpVerticle.HttpSettings;
import walletsync.server.metrics.Metrics;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.settings.EdgeSettings;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushTransport;
import walletsync.server.settings.Settings;
import walletsync.support.Http;
import walletsync.support.PushSocket;

/**
 * What happens to an account while a socket is being opened: between the first look at the session,
 * the subscription, and the second look. The test answers for the other verticles, so that it
 * decides when each of these is.
 */
class SocketRacesTest {
  private static final int POLICY = 1008;
  private static final long ACCOUNT = 7;

  private static final int TRY_AGAIN_LATER = 1013;

  private static Vertx vertx;
  private static Bus bus;
  private static Http http;

  /** What the two looks at the session find; each test sets its own. */
  private static volatile Supplier<Future<Session>> firstLook = () -> session(1, 0);

  private static volatile Supplier<Future<List<Session>>> secondLook = () -> sessions(1, 0);

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    bus = Bus.on(vertx);
    Metrics metrics = new Metrics();
    EdgeSettings edge =
        Settings.load(Map.of("BIND_ADDRESS", "127.0.0.1", "PORT", "0"), Optional.empty()).edge();
    HttpVerticle verticle =
        new HttpVerticle(
            bus,
            new HttpSettings(
                edge,
                false,
                new PushSettings(PushTransport.NONE, 100, Set.of(), Duration.ZERO),
                false),
            new HttpVerticle.Shared(
                metrics,
                new SocketLimits(100, metrics),
                new Connections(edge, metrics),
                () -> false));
    await(bus.answer(FetchSession.class, request -> firstLook.get()));
    await(bus.answer(RefreshSessions.class, request -> secondLook.get()));
    await(vertx.deployVerticle(verticle));
    http = new Http(URI.create("http://127.0.0.1:" + verticle.port()));
  }

  @AfterAll
  static void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void aPasswordChangeBetweenTheFirstLookAndTheSubscriptionClosesTheSocket() {
    firstLook =
        () -> {
          bus.publish(new PasswordChanged(ACCOUNT, 2)); // nobody is there yet to hear of it
          return session(1, 4);
        };
    secondLook = () -> Future.succeededFuture(List.of()); // the change ended the session

    assertThatTheSocketIsClosedUnheard();
  }

  @Test
  void aPasswordChangeAfterWhichTheDeviceLoggedInAgainClosesTheSocketOfTheOldSession() {
    firstLook = () -> session(1, 4);
    secondLook = () -> sessions(2, 5);

    assertThatTheSocketIsClosedUnheard();
  }

  @Test
  void aPasswordChangeWhileTheSecondLookIsUnderWayClosesTheSocketAlthoughThatSawTheOldState() {
    Promise<List<Session>> underWay = Promise.promise();
    firstLook = () -> session(1, 4);
    secondLook = underWay::future;
    try (PushSocket socket = PushSocket.open(http, "?token=token")) {
      bus.publish(new PasswordChanged(ACCOUNT, 2));
      assertThat(socket.closeCode()).isEqualTo(POLICY);
      underWay.complete(sessions(1, 4).result());
      assertThat(socket.sequences()).isEmpty();
    }
  }

  @Test
  void anEventOfThePasswordChangeBeforeTheSessionLeavesItsSocketOpen() {
    firstLook = () -> session(2, 4);
    secondLook = () -> sessions(2, 4);
    try (PushSocket socket = PushSocket.open(http, "?token=token").awaitSequence(4)) {
      bus.publish(new PasswordChanged(ACCOUNT, 2));
      bus.publish(new WalletChanged(ACCOUNT, 5));
      socket.awaitSequence(5);
      assertThat(socket.isOpen()).isTrue();
    }
  }

  @Test
  void aSessionThatCannotBeLookedAtAgainIsClosedRatherThanTrusted() {
    firstLook = () -> session(1, 4);
    secondLook = () -> Future.failedFuture(new IllegalStateException("the database is away"));

    try (PushSocket socket = PushSocket.open(http, "?token=token")) {
      assertThat(socket.closeCode()).isEqualTo(TRY_AGAIN_LATER);
      assertThat(socket.sequences()).isEmpty();
    }
  }

  @Test
  void aWalletBetweenTheFirstLookAndTheSubscriptionIsHeardOf() {
    firstLook =
        () -> {
          bus.publish(new WalletChanged(ACCOUNT, 5));
          return session(1, 4);
        };
    secondLook = () -> sessions(1, 5);

    assertThatItHears(5);
  }

  @Test
  void aWalletThatTheSecondLookDidNotSeeYetIsHeardOfAndTheOlderOneNotAfterIt() {
    Promise<List<Session>> underWay = Promise.promise();
    firstLook = () -> session(1, 4);
    secondLook = underWay::future;
    try (PushSocket socket = PushSocket.open(http, "?token=token")) {
      bus.publish(new WalletChanged(ACCOUNT, 5));
      socket.awaitSequence(5);
      underWay.complete(sessions(1, 4).result());
      bus.publish(new WalletChanged(ACCOUNT, 6));
      socket.awaitSequence(6);
      assertThat(socket.sequences()).containsExactly(5L, 6L);
    }
  }

  @Test
  void anEventThatComesAfterTheLookThatSawItIsNotToldTwice() {
    firstLook = () -> session(1, 4);
    secondLook = () -> sessions(1, 6);
    try (PushSocket socket = PushSocket.open(http, "?token=token").awaitSequence(6)) {
      bus.publish(new WalletChanged(ACCOUNT, 5));
      bus.publish(new WalletChanged(ACCOUNT, 6));
      bus.publish(new WalletChanged(ACCOUNT, 7));
      socket.awaitSequence(7);
      assertThat(socket.sequences()).containsExactly(6L, 7L);
    }
  }

  private static void assertThatTheSocketIsClosedUnheard() {
    try (PushSocket socket = PushSocket.open(http, "?token=token")) {
      assertThat(socket.closeCode()).isEqualTo(POLICY);
      assertThat(socket.sequences()).isEmpty();
    }
  }

  private static void assertThatItHears(long sequence) {
    try (PushSocket socket = PushSocket.open(http, "?token=token").awaitSequence(sequence)) {
      assertThat(socket.sequences()).containsExactly(sequence);
    }
  }

  private static Future<Session> session(long epoch, long sequence) {
    return Future.succeededFuture(
        new Session(new Device(ACCOUNT, "00"), epoch, Instant.now().plusSeconds(3600), sequence));
  }

  private static Future<List<Session>> sessions(long epoch, long sequence) {
    return session(epoch, sequence).map(List::of);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
