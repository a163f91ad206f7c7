package walletsync.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HTTP as bytes on a socket, for requests that no well-behaved client would send. What comes back
 * is read strictly: an answer that is cut off or malformed, and one that does not come in time,
 * fails the test.
 */
public final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** A connection to a server of this machine. */
  public static RawConnection connect(int port) {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      return new RawConnection(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An answer.
   *
   * @param headers names in lower case, in their order
   */
  public record Answer(
      String version, int status, List<Map.Entry<String, String>> headers, String body) {

    /** The first header of a name, given in lower case. */
    public @Nullable String header(String name) {
      return headers.stream()
          .filter(header -> header.getKey().equals(name))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse(null);
    }

    /** Whether the server said that it closes the connection after this. */
    public boolean closes() {
      String connection = header("connection");
      return connection == null
          ? version.equals("HTTP/1.0")
          : connection.toLowerCase(Locale.ROOT).contains("close");
    }
  }

  /** Sends text as ISO 8859-1: one byte for each character. */
  public RawConnection send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. That the server has closed meanwhile is no error here: it may have answered. */
  public RawConnection send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // what there is to read tells more
    }
    return this;
  }

  /** Says that nothing more will be sent. */
  public RawConnection endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // the server was faster
    }
    return this;
  }

  /** The next answer; interim ones (100 to 199, except 101) are passed over. */
  public Answer answer() {
    return next(false).orElseThrow(() -> new AssertionError("Closed without an answer"));
  }

  /** The next answer, to a HEAD: one without a body. */
  public Answer answerToHead() {
    return next(true).orElseThrow(() -> new AssertionError("Closed without an answer"));
  }

  /** The next answer, or nothing when the server has closed the connection. */
  public Optional<Answer> next(boolean head) {
    try {
      while (true) {
        String statusLine = line(true);
        if (statusLine == null) {
          return Optional.empty();
        }
        Answer answer = read(statusLine, head);
        if (answer.status() >= 200 || answer.status() == 101) {
          return Optional.of(answer);
        }
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("No answer within " + TIMEOUT_MILLIS + " ms", e);
    } catch (IOException e) {
      throw new AssertionError("An answer was cut off", e);
    }
  }

  /** Waits for the server to close; fails if it sends anything, or takes too long. */
  public void expectClosed() {
    Optional<Answer> more = next(false);
    if (more.isPresent()) {
      throw new AssertionError("Not closed, but " + more.get());
    }
  }

  /** The next byte, or -1 at the end or after a reset: for what is not HTTP any more. */
  public int read() throws IOException {
    try {
      return in.read();
    } catch (SocketException e) {
      return -1;
    }
  }

  private Answer read(String statusLine, boolean head) throws IOException {
    if (!statusLine.matches("[ -~]+/[0-9]\\.[0-9] [1-9][0-9]{2}( [ -~]*)?")) {
      throw new AssertionError("Not a status line: " + statusLine);
    }
    String version = statusLine.substring(0, statusLine.indexOf(' '));
    int status = Integer.parseInt(statusLine.substring(version.length() + 1, version.length() + 4));
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    String line = line(false);
    while (line != null && !line.isEmpty()) {
      if (!line.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[ -~]*")) {
        throw new AssertionError("Not a header: " + line);
      }
      int colon = line.indexOf(':');
      headers.add(
          Map.entry(
              line.substring(0, colon).toLowerCase(Locale.ROOT),
              line.substring(colon + 1).strip()));
      line = line(false);
    }
    Answer answer = new Answer(version, status, headers, "");
    if (status < 200 || status == 204 || status == 304) {
      return answer;
    }
    List<String> lengths =
        headers.stream()
            .filter(h -> h.getKey().equals("content-length"))
            .map(Map.Entry::getValue)
            .toList();
    if (lengths.size() != 1) {
      throw new AssertionError("Not one Content-Length: " + headers);
    }
    return head
        ? answer
        : new Answer(version, status, headers, body(Integer.parseInt(lengths.get(0))));
  }

  private String body(int length) throws IOException {
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new AssertionError("A body was cut off after " + body.length + " bytes");
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
  }

  /** A line without its CRLF; null at the end of the connection, if it may end here. */
  private @Nullable String line(boolean mayEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = 0;
    while (true) {
      int before = b;
      try {
        b = in.read();
      } catch (SocketException e) {
        b = -1; // a reset; what had arrived before was read
      }
      if (b < 0) {
        if (mayEnd && line.size() == 0) {
          return null;
        }
        throw new AssertionError("Cut off after " + line.toString(StandardCharsets.ISO_8859_1));
      }
      line.write(b);
      if (before == '\r' && b == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.substring(0, text.length() - 2);
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }
}
