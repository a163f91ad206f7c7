package walletsync.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.BoundedBody;
import walletsync.client.sdk.PythonJson;

/** One request and its answer, repeated a few times where the server asks to come back. */
final class Exchange {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int TRIES = 4;
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Pause pause;
  private final RandomGenerator random;

  Exchange(Pause pause, RandomGenerator random) {
    this.pause = pause;
    this.random = random;
  }

  /** The status and the JSON of an answer; JSON is missing where there was none. */
  record Answer(int status, JsonNode body) {
    String error() {
      return body.path("error").asText();
    }
  }

  /** Sends a request that has the same effect however often it arrives. */
  Answer repeatable(HttpRequest request) {
    for (int attempt = 1; ; attempt++) {
      HttpResponse<byte[]> response = send(request);
      if (!isBusy(response.statusCode()) || attempt == TRIES) {
        return answer(response);
      }
      pause.pause(
          Backoff.afterBusy(attempt, RetryAfter.of(response.headers()), LONGEST_PAUSE, random));
    }
  }

  /** Sends a request once: what becomes of it when there is no answer is unknown. */
  Answer once(HttpRequest request) {
    return answer(send(request));
  }

  private static boolean isBusy(int status) {
    return status == 429 || status == 503;
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    // The request's own timeout ends with the headers: a body that stalls would hang for ever.
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BoundedBody.of(MAX_ANSWER_BYTES));
    try {
      return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      throw new ClientException(
          Problem.UNREACHABLE,
          "The server at " + request.uri().getAuthority() + " does not answer.",
          e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new ClientException(Problem.UNREACHABLE, "Interrupted while asking the server.", e);
    }
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status >= 500 || status == 429 || status == 408) {
      throw new ClientException(
          Problem.UNREACHABLE,
          "The server cannot answer just now (status " + status + "). Try again later.");
    }
    JsonNode body = JsonNodeFactory.instance.missingNode();
    if (response.body().length > 0) {
      try {
        body = PythonJson.parse(new String(response.body(), StandardCharsets.UTF_8));
      } catch (ClientException e) {
        throw new ClientException(
            Problem.UNREACHABLE,
            "What answers at " + response.uri().getAuthority() + " is no wallet sync server.",
            e);
      }
    }
    return new Answer(status, body);
  }
}
