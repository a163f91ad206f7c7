package walletsync.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device's websocket, as little of RFC 6455 as this server needs: short unmasked frames in,
 * pongs out. Belongs to the thread of its {@link Swarm}.
 */
final class SwarmSocket {
  private static final String PREFIX = "wallet-update:";
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;

  private final BenchAccount account;
  private final InetSocketAddress server;
  private final byte[] upgrade;
  private final List<Receipt> receipts = new ArrayList<>();
  private byte[] unfinished = new byte[0];
  private @Nullable SocketChannel channel;
  private boolean open;
  private int failures;
  private long toldHere;
  private long newest;

  /**
   * A message that came.
   *
   * @param nanos when, of {@link System#nanoTime()}
   */
  record Receipt(long sequence, long nanos) {}

  /** What the swarm wants to know of a socket. */
  enum Progress {
    NOTHING_NEW,
    OPENED
  }

  /** The server said no, or goodbye, or something wrong. */
  static final class EndedException extends IOException {
    private static final long serialVersionUID = 1L;

    EndedException(String reason) {
      super(reason);
    }
  }

  SwarmSocket(BenchAccount account, int device, int port) {
    this.account = account;
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.upgrade =
        """
        GET /api/3/websocket HTTP/1.1\r
        Host: 127.0.0.1:%d\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        Authorization: Bearer %s\r
        \r
        """
            .formatted(port, account.token(device))
            .getBytes(StandardCharsets.US_ASCII);
  }

  BenchAccount account() {
    return account;
  }

  int port() {
    return server.getPort();
  }

  /** The newest sequence that it was told, on whichever connection. */
  long newest() {
    return newest;
  }

  boolean isOpen() {
    return open;
  }

  List<Receipt> receipts() {
    return receipts;
  }

  /** How often in a row it did not open. */
  int failures() {
    return failures;
  }

  void connect(Selector selector) throws IOException {
    unfinished = new byte[0];
    failures++;
    toldHere = 0;
    SocketChannel connecting = SocketChannel.open();
    channel = connecting;
    connecting.configureBlocking(false);
    connecting.connect(server);
    connecting.register(selector, SelectionKey.OP_CONNECT, this);
  }

  /** Its channel is ready for something; throws when it has ended. */
  Progress ready(SelectionKey key, ByteBuffer buffer) throws IOException {
    SocketChannel ready = (SocketChannel) key.channel();
    if (key.isConnectable()) {
      ready.finishConnect();
      key.interestOps(SelectionKey.OP_READ);
      ready.write(ByteBuffer.wrap(upgrade));
      return Progress.NOTHING_NEW;
    }
    buffer.clear().put(unfinished);
    if (ready.read(buffer) < 0) {
      throw new EndedException("the connection was lost");
    }
    buffer.flip();
    Progress progress = Progress.NOTHING_NEW;
    if (!open && upgraded(buffer)) {
      open = true;
      failures = 0;
      progress = Progress.OPENED;
    }
    while (open && hasFrame(buffer)) {
      frame(ready, buffer);
    }
    unfinished = new byte[buffer.remaining()];
    buffer.get(unfinished);
    return progress;
  }

  /** Without a goodbye. */
  void drop() {
    open = false;
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // it is of no interest any more
    }
  }

  private static boolean upgraded(ByteBuffer buffer) throws EndedException {
    String answer = StandardCharsets.US_ASCII.decode(buffer.duplicate()).toString();
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String status = answer.substring(9, 12);
    if (!status.equals("101")) {
      throw new EndedException("refused with " + status);
    }
    buffer.position(buffer.position() + end + 4);
    return true;
  }

  private static boolean hasFrame(ByteBuffer buffer) {
    return buffer.remaining() >= 2
        && buffer.remaining() >= 2 + (buffer.get(buffer.position() + 1) & 0x7f);
  }

  private void frame(SocketChannel ready, ByteBuffer buffer) throws IOException {
    int type = buffer.get() & 0x0f;
    byte[] content = new byte[buffer.get() & 0x7f];
    buffer.get(content);
    switch (type) {
      case TEXT -> told(new String(content, StandardCharsets.US_ASCII));
      case PING -> ready.write(pong(content));
      case CLOSE -> throw new EndedException("closed with " + ByteBuffer.wrap(content).getShort(0));
      default -> throw new EndedException("a frame of type " + type);
    }
  }

  private void told(String message) throws EndedException {
    long sequence = Long.parseLong(message.substring(PREFIX.length()));
    if (sequence <= toldHere) {
      throw new EndedException("a sequence did not rise");
    }
    toldHere = sequence;
    newest = Math.max(newest, sequence);
    receipts.add(new Receipt(sequence, System.nanoTime()));
  }

  /** Masked, as a client must, with the mask that changes nothing. */
  private static ByteBuffer pong(byte[] content) {
    return ByteBuffer.allocate(6 + content.length)
        .put((byte) 0x8a)
        .put((byte) (0x80 | content.length))
        .putInt(0)
        .put(content)
        .flip();
  }
}
