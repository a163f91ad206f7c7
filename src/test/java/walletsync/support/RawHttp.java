package walletsync.support;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;

/** HTTP by hand, for what a well-behaved client would not send. */
public final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private RawHttp() {}

  /**
   * What came back.
   *
   * @param headers names in any case
   * @param body empty after an upgrade
   */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** Fails the test unless status and the text of {@code error} are these. */
    public void expectError(int expected, String error) {
      Assertions.assertThat(status + " " + body)
          .isEqualTo(expected + " " + Http.json(Http.object("error", error)));
    }
  }

  /**
   * Sends a request without a body and reads the answer.
   *
   * @param requestLine without its end, for example {@code GET /metrics HTTP/1.1}
   * @param headers lines like {@code Name: value}; {@code Host} is always there
   */
  public static Answer send(TestServer server, String requestLine, String... headers) {
    StringBuilder head = new StringBuilder(requestLine).append("\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket
          .getOutputStream()
          .write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      return read(socket.getInputStream(), requestLine.startsWith("HEAD "));
    } catch (IOException e) {
      throw new AssertionError(requestLine + " got no answer", e);
    }
  }

  /**
   * Asks for a websocket as a browser would.
   *
   * @param moreHeaders lines like {@code Name: value}
   */
  public static Answer upgrade(TestServer server, String path, String... moreHeaders) {
    String[] headers = new String[moreHeaders.length + 4];
    headers[0] = "Connection: keep-alive, Upgrade";
    headers[1] = "Upgrade: websocket";
    headers[2] = "Sec-WebSocket-Version: 13";
    headers[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    System.arraycopy(moreHeaders, 0, headers, 4, moreHeaders.length);
    return send(server, "GET " + path + " HTTP/1.1", headers);
  }

  private static Answer read(InputStream in, boolean headOnly) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed after: " + head.toString(StandardCharsets.ISO_8859_1));
      }
      head.write(next);
    }
    String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length - 2; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).trim());
    }
    int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
    String body = headOnly ? "" : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(lines[0].substring(9, 12)), headers, body);
  }
}
