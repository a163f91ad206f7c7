package walletsync.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;

/** The opening handshake of a websocket (RFC 6455, section 4.2.1), as far as Vert.x is too lax. */
final class Handshake {
  private Handshake() {}

  /** Whether the request asks for a websocket, in a way that can be answered. */
  static boolean isOne(HttpServerRequest request) {
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

  /** Vert.x looks at the first Connection header only, and browsers send a list. */
  static void normalize(HttpServerRequest request) {
    request.headers().set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
  }
}
