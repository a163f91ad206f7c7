package walletsync.client.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request, with a bound for the length of its answer and for the time until its last byte. */
public final class BoundedCall {
  private BoundedCall() {}

  /**
   * Sends a request and reads the whole answer.
   *
   * @param maxBytes the longest body
   * @param timeout for everything; the timeout of a {@link HttpRequest} ends with the headers, so
   *     that a body which stalls would hang for ever
   * @throws IOException if there is no answer, or not in time, or it is too long
   */
  public static HttpResponse<byte[]> send(
      HttpClient http, HttpRequest request, int maxBytes, Duration timeout)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BoundedBody.of(maxBytes));
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("There is no whole answer", e.getCause());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("The answer does not end");
    } finally {
      answer.cancel(true); // Where it is not done, nobody waits for it any more.
    }
  }
}
