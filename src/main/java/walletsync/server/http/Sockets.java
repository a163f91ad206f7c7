package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Refusal;
import walletsync.protocol.Secret;
import walletsync.server.auth.AuthRequest.FetchSession;
import walletsync.server.auth.AuthRequest.RefreshSession;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;
import walletsync.server.http.RequestCounts.SocketError;
import walletsync.server.notify.AccountEvent;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.WalletChanged;

/**
 * The websockets of one event loop, by account. All of it runs on that event loop, so nothing here
 * is locked; what is true is read from the database, and events only say that it is worth a look.
 */
final class Sockets {
  private static final long PING_MILLIS = 25_000;

  private final Vertx vertx;
  private final Bus bus;
  private final RequestCounts counts;
  private final Map<Long, Set<Socket>> byAccount = new HashMap<>();

  Sockets(Vertx vertx, Bus bus, RequestCounts counts) {
    this.vertx = vertx;
    this.bus = bus;
    this.counts = counts;
  }

  void start() {
    vertx.setPeriodic(PING_MILLIS, timer -> look());
  }

  /**
   * Opens a socket. The token is checked before the upgrade headers.
   *
   * @return {@link Answer#UPGRADED}; fails with the refusal otherwise
   */
  Future<Answer> open(HttpServerRequest request, Secret token) {
    request.pause(); // nothing may be read before it is known who reads it
    return bus.ask(new FetchSession(token))
        .compose(
            session -> {
              if (!isUpgrade(request)) {
                throw new InvalidRequestException(Refusal.NO_UPGRADE);
              }
              request
                  .headers()
                  .set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE); // the one that Vert.x looks at
              return request.toWebSocket().compose(connection -> opened(connection, session));
            })
        .onFailure(failure -> request.resume());
  }

  private Future<Answer> opened(ServerWebSocket connection, Session session) {
    Socket socket = new Socket(connection, session);
    // Listen first, look second: whatever happens in between is seen by one of the two.
    byAccount.computeIfAbsent(session.accountId(), id -> new HashSet<>()).add(socket);
    connection.closeHandler(closed -> remove(socket));
    connection.exceptionHandler(failure -> counts.error(SocketError.NOTIFY));
    refresh(socket);
    return Future.succeededFuture(Answer.UPGRADED);
  }

  void on(AccountEvent event) {
    if (event instanceof WalletChanged changed) {
      each(changed.accountId(), socket -> socket.tell(changed.sequence()));
    } else if (event instanceof PasswordChanged changed) {
      each(
          changed.accountId(),
          socket -> {
            if (socket.session().epoch() < changed.epoch()) {
              socket.end("The password was changed");
            }
          });
    }
  }

  void closeAll() {
    all().forEach(Socket::goAway);
  }

  private void look() {
    Instant now = Instant.now();
    for (Socket socket : all()) {
      if (!socket.ping()) {
        socket.abandon();
      } else if (socket.isExpired(now)) {
        refresh(socket);
      }
    }
  }

  /** Reads the session anew, by its device: the device may have a new token by now. */
  private void refresh(Socket socket) {
    Session session = socket.session();
    bus.ask(new RefreshSession(session.accountId(), session.deviceKey()))
        .onSuccess(
            again -> {
              if (again.epoch() == session.epoch()) {
                socket.refreshed(again);
              } else {
                socket.end("The password was changed");
              }
            })
        .onFailure(
            failure ->
                socket.end(
                    failure instanceof RefusedException
                        ? "The session is over"
                        : "The session could not be checked"));
  }

  private void remove(Socket socket) {
    Set<Socket> sockets = byAccount.get(socket.session().accountId());
    if (sockets == null || !sockets.remove(socket)) {
      counts.error(SocketError.REMOVE);
    } else if (sockets.isEmpty()) {
      byAccount.remove(socket.session().accountId());
    }
  }

  private void each(long accountId, Consumer<Socket> action) {
    // A copy, as a socket that is closed leaves the set.
    List.copyOf(byAccount.getOrDefault(accountId, Set.of())).forEach(action);
  }

  private List<Socket> all() {
    return byAccount.values().stream().flatMap(Set::stream).toList();
  }

  private static boolean isUpgrade(HttpServerRequest request) {
    return "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
        && request.version() == HttpVersion.HTTP_1_1
        && request.headers().getAll(HttpHeaders.CONNECTION).stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .anyMatch(option -> option.trim().equalsIgnoreCase("upgrade"))
        && "13".equals(request.getHeader("Sec-WebSocket-Version"))
        && request.getHeader("Sec-WebSocket-Key") != null
        && request.authority() != null
        && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        && request.headers().getAll(HttpHeaders.CONTENT_LENGTH).stream().allMatch("0"::equals);
  }
}
