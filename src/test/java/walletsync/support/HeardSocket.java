package walletsync.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A device's websocket: remembers what it heard, and how it was closed. */
public final class HeardSocket implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket connection;

  private HeardSocket(Http http, String token) {
    connection = connect(http, token, new Listener());
  }

  /** Opens a socket; fails unless the server agrees. */
  public static HeardSocket open(Http http, String token) {
    return new HeardSocket(http, token);
  }

  public static HeardSocket open(TestDevice device) {
    return open(device.http(), device.token());
  }

  /** The status with which the server answers a wish to open a socket; 101 if it agrees. */
  public static int statusOf(TestDevice device) {
    try {
      open(device).close();
      return 101;
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse().statusCode();
      }
      throw e;
    }
  }

  /** What was heard so far. */
  public List<String> messages() {
    return List.copyOf(messages);
  }

  /** Waits until this was heard. */
  public HeardSocket awaitMessage(String message) {
    Await.until("the socket hears " + message, () -> messages.contains(message));
    return this;
  }

  /** Waits until the server closes this; the close code. */
  public int awaitClosed() {
    return closed.orTimeout(15, TimeUnit.SECONDS).join();
  }

  public boolean isClosed() {
    return closed.isDone();
  }

  @Override
  public void close() {
    connection.abort();
  }

  private static WebSocket connect(Http http, String token, WebSocket.Listener listener) {
    URI server = http.server();
    return CLIENT
        .newWebSocketBuilder()
        .buildAsync(
            URI.create(
                "ws://%s:%d/api/3/websocket?token=%s"
                    .formatted(server.getHost(), server.getPort(), token)),
            listener)
        .join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        messages.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.complete(error instanceof IOException ? 1006 : -1);
    }
  }
}
