package walletsync.client.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.BoundedCall;
import walletsync.client.http.PlainText;
import walletsync.client.sdk.PythonJson;

/** The SDK's JSON-RPC: always a POST, errors too come as 200. */
final class JsonRpc {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;

  private final URI address;
  private final Duration timeout;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  JsonRpc(URI address) {
    this(address, TIMEOUT);
  }

  /**
   * An SDK at this address.
   *
   * @param timeout for each answer, from its request to its last byte
   */
  JsonRpc(URI address, Duration timeout) {
    this.address = address;
    this.timeout = timeout;
  }

  /**
   * An error that a command answered.
   *
   * @param name the Python class, empty where no command ran
   */
  record RpcError(String name, String message) {}

  /** Either a result or an error. */
  record Reply(JsonNode result, Optional<RpcError> error) {
    JsonNode orThrow() {
      if (error.isPresent()) {
        throw failure(error.get());
      }
      return result;
    }
  }

  static ClientException failure(RpcError error) {
    return switch (error.name()) {
      case "InvalidPasswordError" ->
          new ClientException(Problem.SIGN_IN, "The SDK says: Password is invalid.");
      case "ComponentsNotStartedError" ->
          new ClientException(
              Problem.LOCAL, "The SDK is still starting. Try again when it is ready.");
      default ->
          new ClientException(Problem.LOCAL, "The SDK says: " + PlainText.line(error.message()));
    };
  }

  Reply call(String method, ObjectNode params) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("method", method);
    request.set("params", params);
    HttpResponse<byte[]> response = post(PythonJson.write(request));
    return switch (response.statusCode()) {
      case 200 -> reply(new String(response.body(), StandardCharsets.UTF_8));
      case 403 -> throw new ClientException(Problem.LOCAL, "The SDK refuses requests from here.");
      case 413 ->
          throw new ClientException(
              Problem.TOO_LARGE, "The wallet is larger than the SDK accepts (1 MiB).");
      default ->
          throw new ClientException(
              Problem.LOCAL, "The SDK failed with status " + response.statusCode() + ".");
    };
  }

  private HttpResponse<byte[]> post(String body) {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      return BoundedCall.send(http, request, MAX_ANSWER_BYTES, timeout);
    } catch (IOException e) {
      throw new ClientException(
          Problem.LOCAL, "No SDK answers at " + address + ". Is it running?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientException(Problem.LOCAL, "Interrupted while asking the SDK.", e);
    }
  }

  private static Reply reply(String body) {
    JsonNode reply = PythonJson.parse(body);
    JsonNode error = reply.path("error");
    if (error.isObject()) {
      return new Reply(
          reply,
          Optional.of(
              new RpcError(
                  error.path("data").path("name").asText(), error.path("message").asText())));
    }
    if (!reply.has("result")) {
      throw new ClientException(Problem.LOCAL, "What answers is not an SDK.");
    }
    return new Reply(reply.path("result"), Optional.empty());
  }
}
