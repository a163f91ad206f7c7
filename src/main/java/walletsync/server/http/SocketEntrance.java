package walletsync.server.http;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Set;
import walletsync.protocol.Refusal;
import walletsync.server.auth.AuthRequest;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;

/** Turns requests into websockets, once all is checked. For one event loop. */
final class SocketEntrance {
  /** So many sessions are looked up at a time, and so many more requests may wait for that. */
  private static final int AT_A_TIME = 32;

  private static final int MOST_WAITING = 10_000;

  private final Bus bus;
  private final SocketLimits limits;
  private final Set<String> origins;
  private final Sockets sockets;
  private final Turnstile turnstile = new Turnstile(AT_A_TIME, MOST_WAITING);

  /**
   * @param origins the origins whose pages may come in; empty for any
   */
  SocketEntrance(Bus bus, SocketLimits limits, Set<String> origins, Sockets sockets) {
    this.bus = bus;
    this.limits = limits;
    this.origins = origins;
    this.sockets = sockets;
  }

  /**
   * Opens a socket. Token or ticket are checked before the upgrade headers.
   *
   * @param asks for the session
   * @return {@link Answer#UPGRADED}; fails with the refusal otherwise
   */
  Future<Answer> open(HttpServerRequest request, AuthRequest<Session> asks) {
    request.pause(); // nothing may be read before it is known who reads it
    return turnstile
        .pass(() -> bus.ask(asks))
        .compose(
            session -> {
              require(Handshake.isOne(request), Refusal.NO_UPGRADE);
              require(isAllowedOrigin(request), Refusal.ORIGIN_NOT_ALLOWED);
              require(!sockets.isStopping(), Refusal.UNAVAILABLE);
              long accountId = session.device().accountId();
              require(limits.admit(accountId), Refusal.TOO_MANY_WEBSOCKETS);
              return Future.succeededFuture()
                  .compose(admitted -> upgrade(request))
                  .map(connection -> opened(request, connection, session))
                  .onFailure(failure -> limits.leave(accountId))
                  .recover(failure -> answered(request, failure));
            })
        .onFailure(failure -> request.resume());
  }

  private static Future<ServerWebSocket> upgrade(HttpServerRequest request) {
    Handshake.normalize(request);
    return request.toWebSocket();
  }

  private Answer opened(HttpServerRequest request, ServerWebSocket connection, Session session) {
    Channel channel = ((ConnectionBase) request.connection()).channel();
    Connections.upgraded(channel);
    // They would be kept as long as the socket, and the token with them.
    connection.headers().clear();
    sockets.opened(connection, new Socket(connection, () -> Connections.hangUp(channel), session));
    return Answer.UPGRADED;
  }

  /** The client has left meanwhile, or Vert.x has answered a bad handshake itself. */
  private static Future<Answer> answered(HttpServerRequest request, Throwable failure) {
    return request.response().headWritten() || request.response().closed()
        ? Future.succeededFuture(Answer.UPGRADED)
        : Future.failedFuture(failure);
  }

  private boolean isAllowedOrigin(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin == null || origins.isEmpty() || origins.contains(origin);
  }

  private static void require(boolean condition, Refusal otherwise) {
    if (!condition) {
      throw new RefusedException(otherwise);
    }
  }
}
