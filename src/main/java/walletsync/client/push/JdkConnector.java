package walletsync.client.push;

import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import walletsync.client.api.RetryAfter;
import walletsync.client.http.ServerAddress;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Secret;

/** Websockets of the JDK, which answers pings by itself. The token travels in a header. */
final class JdkConnector implements Connector {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** The server's messages have some thirty characters. */
  private static final int MAX_MESSAGE = 1024;

  private static final int BAD_REQUEST = 400;

  private final ServerAddress server;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private volatile boolean tokenInQuery;

  /** Once a websocket has opened, the server takes tokens where that one's was. */
  private volatile boolean placeIsKnown;

  JdkConnector(ServerAddress server) {
    this.server = server;
  }

  @Override
  public Connection connect(Secret token, Events events) {
    String query = tokenInQuery ? "?token=" + encode(token.reveal()) : "";
    CompletableFuture<WebSocket> opening =
        http.newWebSocketBuilder()
            .connectTimeout(TIMEOUT)
            .header("Authorization", "Bearer " + token.reveal())
            .buildAsync(server.resolveWebSocket(ApiPaths.WEBSOCKET + query), new Listener(events));
    CompletableFuture<Void> unused =
        opening.handle(
            (socket, failure) -> {
              if (failure == null) {
                placeIsKnown = true;
              } else {
                failed(failure, events);
              }
              return null;
            });
    return () -> {
      CompletableFuture<Void> closing = opening.thenAccept(WebSocket::abort);
      closing.exceptionally(failure -> null);
    };
  }

  private static String encode(String token) {
    return URLEncoder.encode(token, StandardCharsets.UTF_8);
  }

  private void failed(Throwable failure, Events events) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof WebSocketHandshakeException refused && refused.getResponse() != null) {
      HttpResponse<?> response = refused.getResponse();
      // The original server takes tokens from the query only. If that is no good either, something
      // else was wrong, and tokens do not belong into URLs.
      if (response.statusCode() == BAD_REQUEST && !placeIsKnown) {
        tokenInQuery = !tokenInQuery;
      }
      events.refused(response.statusCode(), RetryAfter.of(response.headers()));
    } else {
      events.closed(0);
    }
  }

  private static final class Listener implements WebSocket.Listener {
    private final Events events;
    private final StringBuilder text = new StringBuilder();

    Listener(Events events) {
      this.events = events;
    }

    @Override
    public void onOpen(WebSocket socket) {
      events.opened();
      socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      events.heard();
      text.append(data);
      if (text.length() > MAX_MESSAGE) {
        socket.abort();
        events.closed(0);
        return null;
      }
      if (last) {
        events.message(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
      events.heard();
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.closed(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      events.closed(0);
    }
  }
}
