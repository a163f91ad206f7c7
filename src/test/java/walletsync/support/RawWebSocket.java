package walletsync.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A websocket as bytes, for frames that no well-behaved client would send. */
public final class RawWebSocket implements AutoCloseable {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  private final RawConnection connection;

  private RawWebSocket(RawConnection connection) {
    this.connection = connection;
  }

  /**
   * A frame from the server.
   *
   * @param payload a character for each byte
   */
  public record Frame(int type, String payload) {
    /** The code of a close frame; 1005 where it has none. */
    public int closeCode() {
      return payload.length() < 2 ? 1005 : payload.charAt(0) << 8 | payload.charAt(1);
    }
  }

  /** The request that opens a websocket, as other clients send it. */
  public static String upgrade(String token) {
    return "GET /api/3/websocket?token="
        + token
        + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  public static RawWebSocket connect(int port, String token) {
    RawConnection connection = RawConnection.connect(port);
    RawConnection.Answer answer = connection.send(upgrade(token)).answer();
    if (answer.status() != 101) {
      throw new AssertionError("No upgrade, but " + answer);
    }
    return new RawWebSocket(connection);
  }

  /** A good frame: final and masked. */
  public static byte[] frame(int type, byte[] payload) {
    return frame(FINAL | type, payload, payload.length, true);
  }

  /**
   * Any frame.
   *
   * @param first the first byte: whether it is final, reserved bits, the type
   * @param length what the frame says of its length
   */
  public static byte[] frame(int first, byte[] payload, long length, boolean masked) {
    ByteBuffer head = ByteBuffer.allocate(14);
    head.put((byte) first);
    int mask = masked ? MASKED : 0;
    if (length >= 0 && length < 126) {
      head.put((byte) (mask | (int) length));
    } else if (length >= 0 && length < 1 << 16) {
      head.put((byte) (mask | 126)).putShort((short) length);
    } else {
      head.put((byte) (mask | 127)).putLong(length);
    }
    if (masked) {
      head.putInt(0); // a mask that changes nothing
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(head.array(), 0, head.position());
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  public RawWebSocket send(byte[] bytes) {
    connection.send(bytes);
    return this;
  }

  public RawWebSocket send(int type, String text) {
    return send(frame(type, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Says that nothing more will be sent. */
  public RawWebSocket endOutput() {
    connection.endOutput();
    return this;
  }

  /** The next frame, or nothing when the server has closed the connection. */
  public Optional<Frame> next() {
    try {
      int first = connection.read();
      if (first < 0) {
        return Optional.empty();
      }
      int length = connection.read();
      if ((first & 0xf0) != FINAL || length < 0 || length >= 126) {
        throw new AssertionError("Not a frame of this server: %02x %02x".formatted(first, length));
      }
      byte[] payload = new byte[length];
      for (int i = 0; i < length; i++) {
        int b = connection.read();
        if (b < 0) {
          throw new AssertionError("A frame was cut off");
        }
        payload[i] = (byte) b;
      }
      return Optional.of(new Frame(first & 0x0f, new String(payload, StandardCharsets.ISO_8859_1)));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("No frame in time", e);
    } catch (IOException e) {
      throw new AssertionError("A frame was cut off", e);
    }
  }

  /** Skips other frames until this one answers a ping. */
  public void expectPong(String text) {
    send(PING, text);
    Frame frame = next().orElseThrow(() -> new AssertionError("Closed instead of a pong"));
    while (frame.type() != PONG || !frame.payload().equals(text)) {
      frame = next().orElseThrow(() -> new AssertionError("Closed instead of a pong"));
    }
  }

  /** Skips other frames until the server says why it closes. */
  public int expectClose() {
    Frame frame = next().orElseThrow(() -> new AssertionError("Closed without a close frame"));
    while (frame.type() != CLOSE) {
      frame = next().orElseThrow(() -> new AssertionError("Closed without a close frame"));
    }
    return frame.closeCode();
  }

  @Override
  public void close() {
    connection.close();
  }
}
