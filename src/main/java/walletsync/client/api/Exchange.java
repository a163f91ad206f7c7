package walletsync.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.random.RandomGenerator;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.BoundedCall;
import walletsync.client.sdk.PythonJson;

/** One request and its answer, repeated a few times where the server asks to come back. */
final class Exchange {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int TRIES = 4;
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;
  private static final int NOT_MODIFIED = 304;

  /** Also said by a proxy, which has not passed the request on then. */
  private static final int TOO_LARGE = 413;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Pause pause;
  private final RandomGenerator random;
  private final Duration timeout;

  /**
   * Exchanges with any server.
   *
   * @param timeout for each answer, from its request to its last byte
   */
  Exchange(Pause pause, RandomGenerator random, Duration timeout) {
    this.timeout = timeout;
    this.pause = pause;
    this.random = random;
  }

  /** The status and the JSON of an answer; JSON is missing where there was none. */
  record Answer(int status, JsonNode body) {
    String error() {
      return body.path("error").asText();
    }

    /** Not the content, which may be a session or a wallet. */
    @Override
    public String toString() {
      return "Answer[" + status + "]";
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
    try {
      return BoundedCall.send(http, request, MAX_ANSWER_BYTES, timeout);
    } catch (IOException e) {
      throw new ClientException(
          Problem.UNREACHABLE,
          "The server at " + request.uri().getAuthority() + " does not answer.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(Problem.UNREACHABLE, "Interrupted while asking the server.", e);
    }
  }

  /** An answer that the server itself gave; of what something between gives, nothing is known. */
  private static Answer answer(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status >= 500 || status == 429 || status == 408) {
      throw new ClientException(
          Problem.UNREACHABLE,
          "The server cannot answer just now (status " + status + "). Try again later.");
    }
    JsonNode body = json(response.body());
    boolean understood =
        status / 100 == 2
            ? body.isObject()
            : status == NOT_MODIFIED || status == TOO_LARGE || body.path("error").isTextual();
    if (!understood) {
      throw new ClientException(
          Problem.UNREACHABLE,
          "What answers at "
              + response.uri().getAuthority()
              + " is no wallet sync server (status "
              + status
              + ").");
    }
    return new Answer(status, body);
  }

  private static JsonNode json(byte[] body) {
    try {
      return PythonJson.parse(new String(body, StandardCharsets.UTF_8));
    } catch (ClientException e) {
      return JsonNodeFactory.instance.missingNode();
    }
  }
}
