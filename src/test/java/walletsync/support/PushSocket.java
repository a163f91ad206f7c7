package walletsync.support;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.Assertions;

/**
 * A websocket, frame by frame: a client that can also stop to read, not answer pings or closes, and
 * send what no good client sends. It begins as a good one.
 */
public final class PushSocket implements AutoCloseable {
  /** The code that stands for a connection that ended without a closing frame. */
  public static final int NO_CLOSE_FRAME = 1006;

  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final String UPDATE = "wallet-update:";
  private static final int FINAL = 0x80;
  private static final int SECONDS = 30;

  private final Socket connection;
  private final DataInputStream in;
  private final Answer answer;
  private final List<Long> sequences = new CopyOnWriteArrayList<>();
  private final List<Long> heardAfterClose = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final CompletableFuture<Long> ended = new CompletableFuture<>();
  private final AtomicInteger pings = new AtomicInteger();
  private volatile boolean reading = true;
  private volatile boolean answering = true;

  /**
   * The answer to the wish for an upgrade.
   *
   * @param headers names in any case
   */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** Fails the test unless status and the text of {@code error} are these. */
    public Answer expectError(int expected, String error) {
      Assertions.assertThat(status + " " + body)
          .isEqualTo(expected + " " + Http.json(Http.object("error", error)));
      return this;
    }
  }

  private PushSocket(Http http, String query, String... headerLines) {
    try {
      connection = new Socket(InetAddress.getLoopbackAddress(), http.server().getPort());
      connection.setTcpNoDelay(true);
      in = new DataInputStream(connection.getInputStream());
      connection.getOutputStream().write(request(query, headerLines));
      answer = readAnswer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (answer.status() == 101) {
      Thread reader = new Thread(this::read, "websocket");
      reader.setDaemon(true);
      reader.start();
    }
  }

  /** A device's websocket; fails unless the server agrees. */
  public static PushSocket open(TestDevice device) {
    return open(device.http(), "?token=" + device.token());
  }

  /** Opens a websocket; fails unless the server agrees. */
  public static PushSocket open(Http http, String query, String... headerLines) {
    PushSocket socket = new PushSocket(http, query, headerLines);
    Assertions.assertThat(socket.answer.status()).as(socket.answer.body()).isEqualTo(101);
    return socket;
  }

  /** The answer to the wish for a websocket, which is closed at once if there is one. */
  public static Answer tryOpen(Http http, String query, String... headerLines) {
    try (PushSocket socket = new PushSocket(http, query, headerLines)) {
      return socket.answer;
    }
  }

  /** The status with which the server answers a device's wish for a websocket. */
  public static int statusOf(TestDevice device) {
    return tryOpen(device.http(), "?token=" + device.token()).status();
  }

  /** What a client sends that wants a websocket. */
  public static byte[] request(String query, String... headerLines) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "GET /api/3/websocket" + query + " HTTP/1.1",
                "Host: localhost",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    lines.addAll(List.of(headerLines));
    return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads no more, and so answers nothing either. */
  public PushSocket stopReading() {
    reading = false;
    return this;
  }

  public PushSocket readOn() {
    reading = true;
    return this;
  }

  /** Reads on, but answers neither pings nor closes. */
  public PushSocket stopAnswering() {
    answering = false;
    return this;
  }

  /** The sequences that were heard so far. */
  public List<Long> sequences() {
    return List.copyOf(sequences);
  }

  /** The newest sequence that was heard; 0 if none was. */
  public long newest() {
    List<Long> heard = sequences();
    return heard.isEmpty() ? 0 : heard.get(heard.size() - 1);
  }

  /** Waits until the newest sequence that was heard is this one. */
  public PushSocket awaitSequence(long sequence) {
    try {
      Await.until("the socket hears of " + sequence, () -> newest() == sequence);
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s; it heard %d messages, the last of %d; closed: %s"
              .formatted(e.getMessage(), sequences.size(), newest(), closed.getNow(null)),
          e);
    }
    return this;
  }

  /** How many pings came so far. */
  public int pings() {
    return pings.get();
  }

  /** The code with which the server closes this, which it has to do soon. */
  public int closeCode() {
    return closed.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** Waits until the server has closed the connection itself; the {@code System.nanoTime()}. */
  public long awaitEnd() {
    return ended.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  public boolean isOpen() {
    return !closed.isDone();
  }

  /** What came after the closing frame, where nothing may come. */
  public List<Long> heardAfterClose() {
    return List.copyOf(heardAfterClose);
  }

  public PushSocket send(String text) {
    return send(FINAL | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a frame that is not the last of its message. */
  public PushSocket sendPart(int opcode, int bytes) {
    return send(opcode, new byte[bytes]);
  }

  /** Sends a whole message, the last part of one, or a control frame. */
  public PushSocket sendLast(int opcode, int bytes) {
    return send(FINAL | opcode, new byte[bytes]);
  }

  private PushSocket send(int firstByte, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 8);
    frame.put((byte) firstByte);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    }
    frame.putInt(0).put(payload); // a mask of zeros changes nothing
    try {
      synchronized (connection) {
        connection.getOutputStream().write(frame.array(), 0, frame.position());
      }
    } catch (IOException e) {
      // The server has closed: the test will see that by the close code.
    }
    return this;
  }

  /** Leaves without a word. */
  @Override
  public void close() {
    try {
      reading = true;
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer readAnswer() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed after: " + head);
      }
      head.append((char) next);
    }
    String[] lines = head.toString().split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length - 2; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).trim());
    }
    int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(lines[0].substring(9, 12)), headers, body);
  }

  private void read() {
    try {
      while (true) {
        awaitReading();
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte() & 0x7f;
        byte[] payload = in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
        awaitReading(); // it may have been waiting for this frame when it was to stop
        heard(opcode, payload);
      }
    } catch (IOException e) {
      closed.complete(NO_CLOSE_FRAME);
      ended.complete(System.nanoTime());
    }
  }

  private void awaitReading() {
    while (!reading) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void heard(int opcode, byte[] payload) throws IOException {
    if (opcode == TEXT) {
      String text = new String(payload, StandardCharsets.UTF_8);
      if (!text.startsWith(UPDATE)) {
        throw new IOException("Not an update: " + text);
      }
      (isOpen() ? sequences : heardAfterClose).add(Long.parseLong(text.substring(UPDATE.length())));
    } else if (opcode == PING) {
      pings.incrementAndGet();
      if (answering) {
        send(FINAL | PONG, payload);
      }
    } else if (opcode == CLOSE) {
      closed.complete(payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff);
      if (answering) {
        send(FINAL | CLOSE, payload);
      }
    }
  }
}
