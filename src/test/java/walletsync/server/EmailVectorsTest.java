package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.TestServer;
import walletsync.support.Vectors;

/** The addresses of {@code vectors.json}, which the original server was asked about. */
class EmailVectorsTest {
  private static final String INVALID_BODY =
      "Bad Request: Request failed validation: Invalid or missing 'email'";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @RegisterExtension static final TestServer encoded = TestServer.allowAll();

  /** One account for each address that a parameter may mean, each with a seed of its own. */
  @BeforeAll
  static void signUpWhomTheParametersMean() {
    Stream.of("a@b", "ab@b", "abc@example.com")
        .forEach(
            email ->
                encoded
                    .http()
                    .post("/api/3/signup", with(signUp(email), "clientSaltSeed", seedOf(email)))
                    .expect(201));
  }

  static Stream<JsonNode> addresses() {
    return StreamSupport.stream(Vectors.of("server_email_validation").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void anAddressIsValidOrNotAndTheSameAsItsNormalizedForm(JsonNode vector) {
    byte[] email = Base64.getDecoder().decode(vector.get("email_utf8_base64").asText());
    if (vector.get("valid").asBoolean()) {
      getSaltSeed(email).expectError(404, "Not Found: No match for email");
      signUpWith(email).expect(201);
      byte[] normalized = vector.get("normalized").asText().getBytes(StandardCharsets.UTF_8);
      signUpWith(normalized).expectError(409, "Conflict: Error registering");
      getSaltSeed(normalized).expect(200);
    } else {
      getSaltSeed(email).expectError(400, "Bad Request: Invalid email");
      signUpWith(email)
          .expectError(400, isUtf8(email) ? INVALID_BODY : "Bad Request: Error parsing JSON");
    }
  }

  static Stream<Map.Entry<String, JsonNode>> parameters() {
    return Vectors.of("server_base64_email_param").properties().stream();
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void aBase64ParameterMeansWhatItMeantToTheOriginal(Map.Entry<String, JsonNode> vector) {
    String query = "?email=" + URLEncoder.encode(vector.getKey(), StandardCharsets.UTF_8);
    String meaning = vector.getValue().asText();

    Response answer = encoded.http().get("/api/3/client-salt-seed" + query);

    if (meaning.contains("@")) {
      assertThat(answer.expect(200).text("clientSaltSeed")).isEqualTo(seedOf(meaning));
    } else {
      answer.expectError(400, "Bad Request: Invalid email");
    }
  }

  private static String seedOf(String email) {
    return "%064x".formatted(email.length());
  }

  private static boolean isUtf8(byte[] bytes) {
    return Arrays.equals(
        bytes, new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
  }

  private static Response getSaltSeed(byte[] email) {
    return server
        .http()
        .get(
            "/api/3/client-salt-seed?email="
                + URLEncoder.encode(
                    Base64.getEncoder().encodeToString(email), StandardCharsets.UTF_8));
  }

  /** Signs up with an address of just these bytes, escaped only where JSON demands it. */
  private static Response signUpWith(byte[] email) {
    String[] around = Http.json(signUp("@here@")).split("@here@", -1);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(around[0].getBytes(StandardCharsets.UTF_8));
    for (byte b : email) {
      boolean escape = (b >= 0 && b < ' ') || b == '"' || b == '\\';
      body.writeBytes(
          escape
              ? "\\u%04x".formatted((int) b).getBytes(StandardCharsets.US_ASCII)
              : new byte[] {b});
    }
    body.writeBytes(around[1].getBytes(StandardCharsets.UTF_8));
    return server.http().send("POST", "/api/3/signup", body.toByteArray());
  }
}
