package walletsync.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import walletsync.protocol.Limits;
import walletsync.server.auth.AuthRequest.Session;

/**
 * One device's websocket. The sequences that it is told strictly rise.
 *
 * <p>It is told a few at a time, and then pinged: until the answer shows that they were read, only
 * the newest sequence waits. So a slow reader costs no memory, here or in the kernel, and holds up
 * nobody.
 */
final class Socket {
  private static final short GOING_AWAY = 1001;
  private static final short POLICY = 1008;
  private static final short TOO_BIG = 1009;
  private static final short TRY_AGAIN = 1013;

  /** Messages that may be on their way. */
  private static final int WINDOW = 16;

  /** Frames that a client may send between two pings; they are good for nothing but an answer. */
  private static final int MOST_FRAMES = 100;

  private static final Buffer PING = Buffer.buffer();

  private final ServerWebSocket connection;
  private Session session;
  private long told;
  private long newest;
  private int unread;
  private int frames;
  private int messageBytes;
  private boolean refused;
  private boolean heardFrom = true;

  Socket(ServerWebSocket connection, Session session) {
    this.connection = connection;
    this.session = session;
    connection.pongHandler(pong -> wasRead());
    connection.frameHandler(this::received);
  }

  Session session() {
    return session;
  }

  /** The session was read again: its device may have logged in anew. */
  void refreshed(Session again) {
    session = again;
    tell(again.sequence());
  }

  /** Tells the device of a wallet's sequence, unless it was told of that one or a newer. */
  void tell(long sequence) {
    newest = Math.max(newest, sequence);
    if (newest <= told || unread >= WINDOW || connection.isClosed()) {
      return;
    }
    told = newest;
    unread++;
    connection.writeTextMessage("wallet-update:" + told);
    if (unread == WINDOW) {
      connection.writePing(PING);
    }
  }

  /** Pings; says whether anything was heard since the last time. */
  boolean ping() {
    boolean alive = heardFrom;
    heardFrom = false;
    frames = 0;
    if (alive && !connection.isClosed()) {
      connection.writePing(PING);
    }
    return alive;
  }

  /** The session is over. */
  void end(String reason) {
    connection.close(POLICY, reason);
  }

  /** The session could not be looked at. */
  void tryAgain() {
    connection.close(TRY_AGAIN, "Try again later");
  }

  void goAway() {
    connection.close(GOING_AWAY, "The server is stopping");
  }

  /**
   * For a peer that is not there any more: a close frame would queue behind what it never reads.
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  void abandon() {
    ((WebSocketInternal) connection).channelHandlerContext().close();
  }

  private void wasRead() {
    heardFrom = true;
    unread = 0;
    tell(newest);
  }

  /** Messages are dropped, but a client may neither send many nor large ones in small pieces. */
  private void received(WebSocketFrame frame) {
    heardFrom = true;
    if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
      messageBytes = (frame.isContinuation() ? messageBytes : 0) + frame.binaryData().length();
    } else if (!connection.isClosed() && connection.writeQueueFull()) {
      // Vert.x answers pings by itself: whoever does not read the answers would fill the heap.
      abandon();
    }
    if (refused || connection.isClosed()) {
      return;
    }
    if (messageBytes > Limits.WEBSOCKET_MESSAGE_BYTES) {
      refuse(TOO_BIG, "Message too large");
    } else if (++frames > MOST_FRAMES) {
      refuse(POLICY, "Too many messages");
    }
  }

  private void refuse(short code, String reason) {
    refused = true;
    connection.close(code, reason);
  }
}
