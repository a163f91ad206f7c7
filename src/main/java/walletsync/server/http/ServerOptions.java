package walletsync.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;
import walletsync.protocol.Limits;
import walletsync.server.settings.EdgeSettings;

/** How Vert.x is to speak HTTP, and what it lets pass that is none. */
final class ServerOptions {
  private static final int HANDSHAKE_SECONDS = 5;
  private static final int REQUEST_LINE_BYTES = 16 * 1024;

  /** Vert.x drops a connection at this size without a word; Socket closes it with 1009 before. */
  private static final int LARGEST_FRAME_READ_BYTES = 128 * 1024;

  private ServerOptions() {}

  static HttpServerOptions of(EdgeSettings edge) {
    int idleSeconds = (int) edge.idleTimeout().toSeconds();
    return new HttpServerOptions()
        .setMaxInitialLineLength(REQUEST_LINE_BYTES)
        .setHandle100ContinueAutomatically(true)
        .setReadIdleTimeout(idleSeconds)
        .setWriteIdleTimeout(idleSeconds)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        // Before these are over, no connection is there to be counted.
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setProxyProtocolTimeout(HANDSHAKE_SECONDS)
        .setProxyProtocolTimeoutUnit(TimeUnit.SECONDS)
        .setUseProxyProtocol(edge.proxyProtocol())
        .setHttp2ClearTextEnabled(false)
        .setTcpNoDelay(true)
        // Answers are written by the event loop that read the request: no queue between threads is
        // needed, which would take 4.7 KiB of every connection, that of a websocket included.
        .setStrictThreadMode(true)
        // Messages are a few bytes: compressing them would cost memory for each socket.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setMaxWebSocketFrameSize(LARGEST_FRAME_READ_BYTES)
        .setMaxWebSocketMessageSize(Limits.WEBSOCKET_MESSAGE_BYTES);
  }

  /**
   * What a proxy in front may read otherwise than Netty: the length of the body, or no host (RFC
   * 9112, 3.2 and 6.1). With the keys of a websocket draft of 2010 Netty takes the eight bytes
   * behind the headers for a body.
   */
  static boolean isAmbiguous(HttpServerRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return (!codings.isEmpty()
            && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")))
        || (request.version() == HttpVersion.HTTP_1_1
            && request.headers().getAll(HttpHeaders.HOST).size() != 1)
        || request.headers().contains("Sec-WebSocket-Key1");
  }
}
