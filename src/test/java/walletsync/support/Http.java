package walletsync.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** A plain HTTP client for tests. Paths begin with a slash; query values must be encoded. */
public record Http(URI server) {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What came back. */
  public record Response(int status, String body, HttpResponse<byte[]> raw) {

    /** Fails the test unless the status is this one. */
    public Response expect(int expected) {
      Assertions.assertThat(status).as(body).isEqualTo(expected);
      return this;
    }

    /** Fails the test unless status and the text of {@code error} are these. */
    public Response expectError(int expected, String error) {
      Assertions.assertThat(status + " " + body)
          .isEqualTo(expected + " " + Http.json(object("error", error)));
      return this;
    }

    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError("Not JSON: " + body, e);
      }
    }

    /** A member of the JSON object in the body, as text; null where it is missing. */
    public @Nullable String text(String member) {
      JsonNode value = json().get(member);
      return value == null || value.isNull() ? null : value.asText();
    }

    public @Nullable String header(String name) {
      return raw.headers().firstValue(name).orElse(null);
    }
  }

  public Response get(String path, String... headers) {
    return send("GET", path, new byte[0], headers);
  }

  /**
   * A number of {@code /metrics}; 0 where it is missing.
   *
   * @param sample its name, with its labels as they are written there
   */
  public double metric(String sample) {
    return get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .sum();
  }

  public Response post(String path, Map<String, ?> body, String... headers) {
    return post(path, json(body), headers);
  }

  public Response post(String path, String body, String... headers) {
    return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public Response send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
      return new Response(
          response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), response);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path + " got no answer", e);
    }
  }

  /** A JSON object of names and values in turn; a null value is JSON's null. */
  public static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return object;
  }

  public static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
