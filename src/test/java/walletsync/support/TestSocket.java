package walletsync.support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A device's websocket, which remembers what it hears. */
public final class TestSocket implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final int SECONDS = 10;

  /** The code that stands for a connection that broke without a closing frame. */
  public static final int NO_CLOSE_FRAME = 1006;

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final CompletableFuture<Boolean> pinged = new CompletableFuture<>();
  private final WebSocket socket;

  private TestSocket(URI uri, String... headers) {
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    socket = get(builder.buildAsync(uri, new Ear()), SECONDS);
  }

  /** Connects with the token in the URL. */
  public static TestSocket open(TestServer server, TestDevice device) {
    return new TestSocket(uri(server, "?token=" + device.token()));
  }

  /** Connects with the token in the {@code Authorization} header. */
  public static TestSocket openWithBearer(TestServer server, TestDevice device) {
    return new TestSocket(uri(server, ""), "Authorization", "Bearer " + device.token());
  }

  /** The next message, which has to come soon. */
  public String next() {
    try {
      String message = messages.poll(SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("No message came; closed with " + closed.getNow(null));
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The code with which the server closes this socket, which it has to do soon. */
  public int closeCode() {
    return closeCode(SECONDS);
  }

  /** The code with which the server closes this socket within a time. */
  public int closeCode(int seconds) {
    return get(closed, seconds);
  }

  /** Whether the server has not closed it so far. */
  public boolean isOpen() {
    return !closed.isDone();
  }

  /** Messages that nobody has asked for yet. */
  public List<String> unread() {
    List<String> unread = new ArrayList<>();
    messages.drainTo(unread);
    return unread;
  }

  /** Waits for a ping of the server. */
  public boolean isPinged(int seconds) {
    return get(pinged, seconds);
  }

  /** Sends a text message, or a part of one. */
  public TestSocket send(String text, boolean last) {
    get(socket.sendText(text, last), SECONDS);
    return this;
  }

  /** Sends a binary message. */
  public TestSocket send(byte[] bytes) {
    get(socket.sendBinary(ByteBuffer.wrap(bytes), true), SECONDS);
    return this;
  }

  public TestSocket ping() {
    get(socket.sendPing(ByteBuffer.wrap(new byte[] {1})), SECONDS);
    return this;
  }

  @Override
  public void close() {
    socket.abort();
  }

  private static URI uri(TestServer server, String query) {
    return URI.create("ws://127.0.0.1:" + server.port() + "/api/3/websocket" + query);
  }

  private static <T> T get(CompletableFuture<T> future, int seconds) {
    try {
      return future.get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        messages.add(message.toString());
        message.setLength(0);
      }
      webSocket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer content) {
      pinged.complete(true);
      webSocket.request(1);
      return null; // the client answers by itself
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
      error.printStackTrace();
      closed.complete(NO_CLOSE_FRAME);
    }
  }
}
