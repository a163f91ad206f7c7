package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.Refusal;
import walletsync.server.auth.AuthRequest;
import walletsync.server.auth.AuthRequest.Device;
import walletsync.server.auth.AuthRequest.RefreshSessions;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;
import walletsync.server.http.RequestCounts.SocketError;
import walletsync.server.notify.AccountEvent;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.settings.PushSettings;

/**
 * The websockets of one event loop, by account. All of it runs on that event loop, so nothing here
 * is locked. Events make things fast; what makes them true is that each socket's session, with its
 * account's sequence, is read again: after it was opened, whenever events may have been missed, and
 * every so often.
 */
final class Sockets {
  private static final long PING_MILLIS = 25_000;
  private static final long REREAD_MILLIS = 45_000;
  private static final int BATCH = 500;

  private final Vertx vertx;
  private final Bus bus;
  private final RequestCounts counts;
  private final SocketLimits limits;
  private final PushSettings settings;
  private final Map<Long, Set<Socket>> byAccount = new HashMap<>();
  private boolean rereading;
  private boolean rereadAgain;

  Sockets(Vertx vertx, Bus bus, RequestCounts counts, SocketLimits limits, PushSettings settings) {
    this.vertx = vertx;
    this.bus = bus;
    this.counts = counts;
    this.limits = limits;
    this.settings = settings;
  }

  void start() {
    vertx.setPeriodic(PING_MILLIS, timer -> ping());
    // Event loops and processes take turns at the database, as they began at different moments.
    vertx.setPeriodic(
        ThreadLocalRandom.current().nextLong(REREAD_MILLIS), REREAD_MILLIS, timer -> rereadAll());
  }

  /**
   * Opens a socket. Token or ticket are checked before the upgrade headers.
   *
   * @param asks for the session
   * @return {@link Answer#UPGRADED}; fails with the refusal otherwise
   */
  Future<Answer> open(HttpServerRequest request, AuthRequest<Session> asks) {
    request.pause(); // nothing may be read before it is known who reads it
    return bus.ask(asks)
        .compose(
            session -> {
              require(Handshake.isOne(request), Refusal.NO_UPGRADE);
              require(isAllowedOrigin(request), Refusal.ORIGIN_NOT_ALLOWED);
              long accountId = session.device().accountId();
              require(limits.admit(accountId), Refusal.TOO_MANY_WEBSOCKETS);
              Handshake.normalize(request);
              return request
                  .toWebSocket()
                  .onFailure(failure -> limits.leave(accountId))
                  .map(connection -> opened(connection, session));
            })
        .onFailure(failure -> request.resume());
  }

  private Answer opened(ServerWebSocket connection, Session session) {
    Socket socket = new Socket(connection, session);
    // Listen first, look second: whatever happens in between is seen by one of the two.
    byAccount.computeIfAbsent(session.device().accountId(), id -> new HashSet<>(2)).add(socket);
    connection.closeHandler(closed -> remove(socket));
    connection.exceptionHandler(failure -> counts.error(SocketError.NOTIFY));
    connection.shutdownHandler(stopping -> drain(socket));
    reread(List.of(socket)).onFailure(failure -> socket.tryAgain());
    return Answer.UPGRADED;
  }

  void on(AccountEvent event) {
    long accountId = event.accountId();
    if (event instanceof WalletChanged changed) {
      each(accountId, socket -> socket.tell(changed.sequence()));
    } else if (event instanceof PasswordChanged changed) {
      each(
          accountId,
          socket -> {
            if (socket.session().epoch() < changed.epoch()) {
              socket.end("The password was changed");
            }
          });
    } else if (event instanceof SessionsRevoked) {
      reread(List.copyOf(byAccount.getOrDefault(accountId, Set.of())));
    }
  }

  /** Reads every socket's session and sequence again, batch by batch. */
  void rereadAll() {
    if (rereading) {
      rereadAgain = true;
      return;
    }
    rereading = true;
    rereadFrom(all(), 0)
        .onComplete(
            done -> {
              rereading = false;
              if (rereadAgain) {
                rereadAgain = false;
                rereadAll();
              }
            });
  }

  private Future<Void> rereadFrom(List<Socket> sockets, int start) {
    if (start >= sockets.size()) {
      return Future.succeededFuture();
    }
    int end = Math.min(start + BATCH, sockets.size());
    // A batch that fails, as the database is away, is read the next time.
    return reread(sockets.subList(start, end))
        .otherwiseEmpty()
        .compose(done -> rereadFrom(sockets, end));
  }

  private Future<Void> reread(List<Socket> sockets) {
    List<Device> devices = sockets.stream().map(socket -> socket.session().device()).toList();
    return bus.ask(new RefreshSessions(devices))
        .map(
            sessions -> {
              Map<Device, Session> live =
                  sessions.stream()
                      .collect(Collectors.toMap(Session::device, s -> s, (one, same) -> same));
              sockets.forEach(socket -> reread(socket, live.get(socket.session().device())));
              return null;
            });
  }

  private static void reread(Socket socket, @Nullable Session now) {
    if (now == null) {
      socket.end("The session is over");
    } else if (now.epoch() != socket.session().epoch()) {
      socket.end("The password was changed");
    } else {
      socket.refreshed(now);
    }
  }

  private void ping() {
    Instant now = Instant.now();
    List<Socket> expired = new ArrayList<>();
    for (Socket socket : all()) {
      if (!socket.ping()) {
        socket.abandon();
      } else if (!socket.session().expires().isAfter(now)) {
        expired.add(socket);
      }
    }
    rereadFrom(expired, 0);
  }

  /** Each at a moment of its own, so that not all of them come back at once. */
  private void drain(Socket socket) {
    long millis = ThreadLocalRandom.current().nextLong(settings.drain().toMillis() + 1);
    vertx.setTimer(Math.max(1, millis), timer -> socket.goAway());
  }

  private void remove(Socket socket) {
    long accountId = socket.session().device().accountId();
    limits.leave(accountId);
    Set<Socket> sockets = byAccount.get(accountId);
    if (sockets == null || !sockets.remove(socket)) {
      counts.error(SocketError.REMOVE);
    } else if (sockets.isEmpty()) {
      byAccount.remove(accountId);
    }
  }

  private void each(long accountId, Consumer<Socket> action) {
    // A copy, as a socket that is closed leaves the set.
    List.copyOf(byAccount.getOrDefault(accountId, Set.of())).forEach(action);
  }

  private List<Socket> all() {
    List<Socket> all = new ArrayList<>();
    byAccount.values().forEach(all::addAll);
    return all;
  }

  private boolean isAllowedOrigin(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin == null || settings.origins().isEmpty() || settings.origins().contains(origin);
  }

  private static void require(boolean condition, Refusal otherwise) {
    if (!condition) {
      throw new RefusedException(otherwise);
    }
  }
}
