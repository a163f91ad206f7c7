package walletsync.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import walletsync.support.RawConnection.Answer;

/** What every answer has to be, whatever was asked. */
public final class AnswerRules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<Integer, String> STATUS_TEXTS =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          408, "Request Timeout",
          409, "Conflict",
          413, "Request Entity Too Large",
          414, "Request URI Too Long",
          431, "Request Header Fields Too Large");

  private static final Set<Integer> SUCCESSES = Set.of(101, 200, 201, 304);

  /** What the page of a verification link says, for tools. */
  private static final List<String> VERIFY_TEXTS =
      List.of(
          "Your account has been verified.",
          "There seems to be a problem with this URL: Missing verifyToken parameter",
          "The verification token was not found, already used, or expired. If you want to try"
              + " again, generate a new one from your app.");

  /** What only the inside of a server says. */
  private static final List<String> INSIDES =
      List.of(
          "Exception",
          "Error:",
          "java.",
          "io.vertx",
          "netty",
          "walletsync.",
          "com.fasterxml",
          "postgres",
          "SQLSTATE",
          "\tat ",
          ".java:");

  private AnswerRules() {}

  /**
   * Fails the test unless the answer is as the contract says.
   *
   * @param head whether it has no body
   */
  public static void check(Answer answer, boolean head) {
    String all = answer.toString();
    assertThat(INSIDES.stream().filter(all::contains)).as(all).isEmpty();
    if (answer.status() == 501) {
      // Vert.x' own answer to a version of HTTP that it does not know; no handler is asked.
      assertThat(answer.version()).as(all).isNotIn("HTTP/1.0", "HTTP/1.1");
      assertThat(answer.body()).isEmpty();
      return;
    }
    assertThat(answer.version()).as(all).isIn("HTTP/1.0", "HTTP/1.1");
    if (SUCCESSES.contains(answer.status())) {
      checkSuccess(answer, head);
    } else {
      assertThat(STATUS_TEXTS).as(all).containsKey(answer.status());
      checkRefusal(answer, head);
    }
  }

  private static void checkSuccess(Answer answer, boolean head) {
    String type = String.valueOf(answer.header("content-type"));
    if (answer.status() == 101 || answer.status() == 304 || head) {
      assertThat(answer.body()).isEmpty();
    } else if (type.startsWith("text/plain; version=0.0.4")) {
      assertThat(answer.body()).startsWith("# HELP wallet_sync_requests_count ");
    } else {
      assertThat(type).isEqualTo("application/json");
      assertThat(json(answer.body()).isObject()).isTrue();
    }
  }

  private static void checkRefusal(Answer answer, boolean head) {
    if (head) {
      assertThat(answer.body()).isEmpty();
      return;
    }
    String type = String.valueOf(answer.header("content-type"));
    if (type.startsWith("text/")) {
      assertThat(answer.status()).as(answer.toString()).isIn(400, 403);
      assertThat(VERIFY_TEXTS).as(answer.toString()).anyMatch(answer.body()::contains);
      assertThat(type.equals("text/plain; charset=utf-8") || answer.body().contains("<html"))
          .isTrue();
      return;
    }
    assertThat(type).as(answer.toString()).isEqualTo("application/json");
    JsonNode body = json(answer.body());
    assertThat(body.path("error").isTextual()).as(answer.body()).isTrue();
    String statusText = STATUS_TEXTS.get(answer.status());
    assertThat(body.path("error").asText())
        .satisfiesAnyOf(
            error -> assertThat(error).isEqualTo(statusText),
            error -> assertThat(error).startsWith(statusText + ": "));
    if (answer.status() == 409) {
      assertThat(body.fieldNames())
          .toIterable()
          .isSubsetOf("error", "encryptedWallet", "sequence", "hmac", "accepted");
    } else {
      assertThat(body.fieldNames()).toIterable().containsExactly("error");
    }
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("Not JSON: " + body, e);
    }
  }
}
