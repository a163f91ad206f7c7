package walletsync.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import walletsync.protocol.Refusal;

/**
 * An HTTP answer that is ready to be sent.
 *
 * @param headers by name, {@code Content-Type} among them where there is a body
 */
record Answer(int status, Map<String, String> headers, Buffer body) {
  /** The connection became a websocket: there is nothing left to send. */
  static final Answer UPGRADED = new Answer(101, Map.of(), Buffer.buffer());

  static Answer json(int status, Object body) {
    return new Answer(status, Map.of("Content-Type", "application/json"), Json.write(body));
  }

  static Answer text(int status, String type, String body) {
    return new Answer(
        status,
        Map.of("Content-Type", type + "; charset=utf-8", "X-Content-Type-Options", "nosniff"),
        Buffer.buffer(body));
  }

  static Answer empty(int status) {
    return new Answer(status, Map.of(), Buffer.buffer());
  }

  static Answer refusal(Refusal refusal) {
    return refusal(refusal, refusal.error());
  }

  static Answer refusal(Refusal refusal, String error) {
    Answer answer = json(refusal.status(), new ErrorBody(error));
    boolean later = refusal.status() == 503 || refusal.status() == 429;
    return later ? answer.with("Retry-After", String.valueOf(refusal.retryAfterSeconds())) : answer;
  }

  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body);
  }

  /**
   * @param requestId goes back to the client, for questions to an operator
   */
  void send(HttpServerResponse response, String requestId) {
    if (status == UPGRADED.status() || response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    response.putHeader(RequestId.HEADER, requestId);
    headers.forEach(response::putHeader);
    if (status == 304) {
      response.end();
    } else {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length())).end(body);
    }
  }

  /** The body of every error. */
  record ErrorBody(String error) {}
}
