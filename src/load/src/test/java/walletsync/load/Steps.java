package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jmesPath;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.http.HttpDsl.header;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a device does, as steps of a scenario. A virtual user acts for the {@link Device} in its
 * session; its state is there, not in Gatling's attributes.
 */
final class Steps {
  static final String READ = "wallet, if it changed";
  static final String SAVE = "save";
  static final String SIGN_IN = "sign in";
  static final String OPEN = "open websocket";
  static final String CLOSE = "close websocket";

  private static final String DEVICE = "device";
  private static final String STATUS = "status";
  private static final String BODY = "body";
  private static final String TAG = "etag";
  private static final String TOKEN = "token";
  private static final String WAIT = "wait";

  /** When a sign-in began, or was last told to wait. */
  private static final String SINCE = "since";

  private static final String HEARD = "heard";
  private static final String SOCKET = "socket";
  private static final String OPENING = "opening";
  private static final String UP = "up";
  private static final String FAILED = "failed";

  /** What had been accepted before the request. In the session: websockets share their device. */
  private static final String AT_LEAST = "at least";

  /** After so long without an answer that says anything, a device gives up. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Target target;
  private final Totals totals;
  private final int walletBytes;

  /** Gatling keeps a name for ever once its server has gone: none is used twice. */
  private final AtomicLong sockets = new AtomicLong();

  Steps(Target target, Totals totals, int walletBytes) {
    this.target = target;
    this.totals = totals;
    this.walletBytes = walletBytes;
  }

  /** Whether the last request failed, which the scenario goes on after. */
  static boolean isFailed(Session session) {
    return session.getBoolean(FAILED);
  }

  static Device device(Session session) {
    return session.get(DEVICE);
  }

  static Session withDevice(Session session, Device device) {
    return session.set(DEVICE, device);
  }

  /** Each virtual user acts for a device of its own. */
  static ChainBuilder actForOneOf(List<Device> devices) {
    AtomicInteger next = new AtomicInteger();
    return exec(session -> withDevice(session, devices.get(next.getAndIncrement())));
  }

  /** Asks for the wallet with {@code If-None-Match}, as a device does most of the day. */
  ChainBuilder read() {
    return exec(asks())
        .exec(
            http(named(READ))
                .get("/api/3/wallet")
                .header("Authorization", Steps::bearer)
                .header("If-None-Match", session -> device(session).entityTag())
                .check(
                    status().in(200, 304).saveAs(STATUS),
                    header("ETag").saveAs(TAG),
                    bodyString().saveAs(BODY)))
        .exec(
            answered(
                session -> {
                  if (session.getInt(STATUS) == 304) {
                    device(session).nothingNew(session.getLong(AT_LEAST));
                  } else {
                    device(session)
                        .shown(
                            Wallet.in(session.getString(BODY)).orElseThrow(),
                            session.getString(TAG),
                            session.getLong(AT_LEAST));
                  }
                },
                session -> {}));
  }

  /**
   * Changes the wallet and saves it. After a conflict it merges and tries again; when no answer
   * says what happened it sends the same bytes again; until it is done.
   */
  ChainBuilder save() {
    return exec(this::changes)
        .exec(
            asLongAs(session -> device(session).isSaving())
                .on(
                    exec(asks())
                        .exec(saveOnce())
                        .exec(answered(this::understand, Steps::beUnsure))
                        .exec(
                            doIf(session -> device(session).failedTries() > 0)
                                .then(pause(Duration.ofMillis(50), Duration.ofMillis(350))))));
  }

  private Session changes(Session session) {
    device(session).changes(walletBytes);
    return session;
  }

  private HttpRequestActionBuilder saveOnce() {
    return http(named(SAVE))
        .post("/api/3/wallet")
        .header("Authorization", Steps::bearer)
        .body(StringBody(session -> device(session).body()))
        .check(status().in(200, 409).saveAs(STATUS), bodyString().saveAs(BODY));
  }

  private void understand(Session session) {
    if (session.getInt(STATUS) == 200) {
      device(session).accepted();
    } else {
      device(session).conflicts(session.getString(BODY), walletBytes);
    }
  }

  private static void beUnsure(Session session) {
    Device device = device(session);
    device.isUnsure();
    if (device.inTheDark().compareTo(PATIENCE) > 0) {
      device.givesUp();
    }
  }

  /**
   * Signs in; where it is told to come back later it does, some time after that. Where nobody tells
   * it anything it goes on without, after a while.
   */
  ChainBuilder signIn() {
    return exec(session -> session.set(WAIT, 0).set(SINCE, System.nanoTime()))
        .exec(
            asLongAs(session -> session.contains(WAIT))
                .on(
                    exec(asks())
                        .exec(
                            http(named(SIGN_IN))
                                .post("/api/3/auth/full")
                                .body(
                                    StringBody(
                                        session -> {
                                          Device device = device(session);
                                          return device.account().signInBody(device);
                                        }))
                                .check(
                                    status().in(200, 503).saveAs(STATUS),
                                    header("Retry-After")
                                        .withDefault("0")
                                        .transform(Integer::valueOf)
                                        .saveAs(WAIT),
                                    jmesPath("token").withDefault("").saveAs(TOKEN)))
                        .exec(answered(session -> {}, session -> {}))
                        .exec(this::signedIn)
                        .exec(
                            doIf(session -> session.contains(WAIT))
                                .then(pause(Steps::afterThat)))));
  }

  private Session signedIn(Session session) {
    if (session.contains(STATUS) && session.getInt(STATUS) == 200) {
      device(session).signedIn(session.getString(TOKEN));
      return session.remove(WAIT);
    }
    if (session.contains(STATUS) && session.getInt(WAIT) > 0) {
      totals.toldToWait();
      return session.set(SINCE, System.nanoTime());
    }
    if (System.nanoTime() - session.getLong(SINCE) > PATIENCE.toNanos()) {
      return session.remove(WAIT);
    }
    // A failure, and counted as one: it tries again like one that was told to.
    return session.set(WAIT, 1);
  }

  private static Duration afterThat(Session session) {
    int seconds = session.getInt(WAIT);
    return Duration.ofMillis(
        seconds * 1000L + ThreadLocalRandom.current().nextInt(500 + seconds * 1000));
  }

  /** Opens a websocket, and hears the current sequence. Whether it is open says {@link #isOpen}. */
  ChainBuilder open() {
    return exec(asks())
        .exec(
            session ->
                session
                    .set(SOCKET, "socket " + sockets.incrementAndGet())
                    .set(OPENING, named(OPEN).apply(session))
                    .remove(HEARD))
        .exec(
            ws("#{" + OPENING + "}")
                .wsName(session -> session.getString(SOCKET))
                .connect("/api/3/websocket")
                .header("Authorization", Steps::bearer)
                .await(Duration.ofSeconds(15))
                .on(
                    ws.checkTextMessage("the current sequence")
                        .check(regex("wallet-update:(\\d+)").saveAs(HEARD))))
        .exec(
            session -> {
              boolean open = isOpen(session);
              count(session, !open);
              if (open) {
                device(session)
                    .heard(Long.parseLong(session.getString(HEARD)), session.getLong(AT_LEAST));
              }
              return session.markAsSucceeded();
            });
  }

  static boolean isOpen(Session session) {
    return session.contains(HEARD);
  }

  ChainBuilder close() {
    return exec(
        doIf(Steps::isOpen)
            .then(
                exec(ws(CLOSE).wsName(session -> session.getString(SOCKET)).close())
                    .exec(session -> session.remove(HEARD).markAsSucceeded())));
  }

  /** Requests that cannot meet a server are named so, and are nobody's failure. */
  private static Function<Session, String> named(String what) {
    return session -> session.getBoolean(UP) ? what : what + ", while there is no server";
  }

  private static String bearer(Session session) {
    return "Bearer " + device(session).token();
  }

  /** Before a request: nothing is left of the last answer. */
  private Function<Session, Session> asks() {
    return session -> {
      return session
          .removeAll(STATUS, BODY, TAG, TOKEN)
          .set(UP, target.isUp())
          .set(AT_LEAST, device(session).account().ledger().newestSequence());
    };
  }

  /** After a request: whoever can read the answer does; the next step is taken in any case. */
  private Function<Session, Session> answered(
      Consumer<Session> understood, Consumer<Session> failed) {
    return session -> {
      boolean isFailed = session.isFailed();
      count(session, isFailed);
      if (isFailed) {
        failed.accept(session);
      } else {
        understood.accept(session);
      }
      return session.markAsSucceeded().set(FAILED, isFailed);
    };
  }

  private void count(Session session, boolean failed) {
    if (session.getBoolean(UP)) {
      totals.request(failed);
    } else {
      totals.sentWhileDown();
    }
  }
}
