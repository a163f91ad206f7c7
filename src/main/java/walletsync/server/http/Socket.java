package walletsync.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
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
  private final Runnable hangUp;
  private Session session;
  private long told;
  private long newest;
  private int unread;
  private int frames;
  private int pings;
  private int messageBytes;
  private boolean closing;
  private boolean endOverdue;
  private boolean heardFrom = true;

  /**
   * @param hangUp ends the connection without a closing frame
   */
  Socket(ServerWebSocket connection, Runnable hangUp, Session session) {
    this.connection = connection;
    this.hangUp = hangUp;
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
    if (newest <= told || unread >= WINDOW || isOver()) {
      return;
    }
    told = newest;
    unread++;
    connection.writeTextMessage("wallet-update:" + told);
    if (unread == WINDOW) {
      writePing();
    }
  }

  /** Pings; says whether anything was heard since the last time. */
  boolean ping() {
    if (closing) {
      boolean late = endOverdue; // the peer has had a whole turn to agree
      endOverdue = true;
      return !late;
    }
    boolean alive = heardFrom;
    heardFrom = false;
    frames = 0;
    if (alive && !connection.isClosed()) {
      writePing();
    }
    return alive;
  }

  private void writePing() {
    pings++;
    connection.writePing(PING);
  }

  /** The session is over. */
  void end(String reason) {
    close(POLICY, reason);
  }

  /** The session could not be looked at. */
  void tryAgain() {
    close(TRY_AGAIN, "Try again later");
  }

  void goAway() {
    close(GOING_AWAY, "The server is stopping");
  }

  /**
   * For a peer that is not there any more: a close frame would queue behind what it never reads.
   */
  void abandon() {
    hangUp.run();
  }

  /** Vert.x knows of it only once the peer has agreed; what was said until then would be heard. */
  private boolean isOver() {
    return closing || connection.isClosed();
  }

  private void close(short code, String reason) {
    if (!closing) {
      closing = true;
      connection.close(code, reason);
    }
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
    if (isOver() || isAnswer(frame)) {
      return;
    }
    if (messageBytes > Limits.WEBSOCKET_MESSAGE_BYTES) {
      close(TOO_BIG, "Message too large");
    } else if (++frames > MOST_FRAMES) {
      close(POLICY, "Too many messages");
    }
  }

  /** A busy account's device answers many pings: those do not count. */
  private boolean isAnswer(WebSocketFrame frame) {
    if (frame.type() != WebSocketFrameType.PONG || pings == 0) {
      return false;
    }
    pings--;
    return true;
  }
}
