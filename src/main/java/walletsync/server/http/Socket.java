package walletsync.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Instant;
import walletsync.protocol.Limits;
import walletsync.server.auth.AuthRequest.Session;

/**
 * One device's websocket. The sequences that it is told strictly rise; while its network is slow
 * only the newest waits, so that it costs no memory and holds up nobody.
 */
final class Socket {
  static final short GOING_AWAY = 1001;
  private static final short POLICY = 1008;
  private static final short TOO_BIG = 1009;

  private final ServerWebSocket connection;
  private Session session;
  private long told;
  private long newest;
  private boolean waiting;
  private boolean heardFrom = true;
  private int messageBytes;
  private boolean tooBig;

  Socket(ServerWebSocket connection, Session session) {
    this.connection = connection;
    this.session = session;
    connection.pongHandler(pong -> heardFrom = true);
    connection.frameHandler(
        frame -> {
          heardFrom = true;
          // Messages are dropped, but a client may not send large ones in small pieces either.
          if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
            messageBytes =
                (frame.isContinuation() ? messageBytes : 0) + frame.binaryData().length();
            if (messageBytes > Limits.WEBSOCKET_MESSAGE_BYTES && !tooBig) {
              tooBig = true;
              connection.close(TOO_BIG);
            }
          } else if (!connection.isClosed() && connection.writeQueueFull()) {
            // Vert.x answers pings, paused or not: who does not read the answers would fill the
            // heap.
            abandon();
          }
        });
  }

  Session session() {
    return session;
  }

  /** The session was read again: its device may have logged in anew. */
  void refreshed(Session again) {
    session = again;
    tell(again.sequence());
  }

  boolean isExpired(Instant now) {
    return !session.expires().isAfter(now);
  }

  /** Tells the device of a wallet's sequence, unless it knows that one or a newer. */
  void tell(long sequence) {
    newest = Math.max(newest, sequence);
    if (newest <= told || waiting || connection.isClosed()) {
      return;
    }
    if (connection.writeQueueFull()) {
      waiting = true;
      connection.drainHandler(
          drained -> {
            waiting = false;
            tell(newest);
          });
      return;
    }
    told = newest;
    connection.writeTextMessage("wallet-update:" + told);
  }

  /** Pings; says whether anything was heard since the last time. */
  boolean ping() {
    boolean alive = heardFrom;
    heardFrom = false;
    if (alive && !connection.isClosed()) {
      connection.writePing(Buffer.buffer());
    }
    return alive;
  }

  void end(String reason) {
    connection.close(POLICY, reason);
  }

  void goAway() {
    connection.close(GOING_AWAY, "The server is stopping");
  }

  /** Without ceremony, for a peer that is not there any more. */
  @SuppressWarnings("FutureReturnValueIgnored")
  void abandon() {
    // A close frame, and whoever waits for it, would queue behind what the peer does not read.
    ((WebSocketInternal) connection).channelHandlerContext().close();
  }
}
