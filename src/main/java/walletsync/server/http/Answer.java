package walletsync.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import walletsync.protocol.Refusal;
import walletsync.protocol.Wallet;

/**
 * An HTTP answer that is ready to be sent.
 *
 * @param headers {@code Content-Type} among them where there is a body
 */
record Answer(int status, List<Header> headers, Buffer body) {
  private static final Header JSON = Header.of("Content-Type", "application/json");

  /** RFC 6750, section 3: the scheme is never alone. */
  private static final Header CHALLENGE =
      Header.of("WWW-Authenticate", "Bearer error=\"invalid_token\"");

  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestId.HEADER);

  /** The connection became a websocket: there is nothing left to send. */
  static final Answer UPGRADED = new Answer(101, List.of(), Buffer.buffer());

  /** Those that are sent with every request are encoded once. */
  record Header(CharSequence name, CharSequence value) {
    static Header of(String name, String value) {
      return new Header(HttpHeaders.createOptimized(name), HttpHeaders.createOptimized(value));
    }
  }

  static Answer json(int status, Object body) {
    return new Answer(status, List.of(JSON), Json.write(body));
  }

  static Answer wallet(int status, Wallet wallet) {
    return new Answer(status, List.of(JSON), Json.write(wallet));
  }

  static Answer text(int status, String type, String body) {
    return empty(status)
        .with("Content-Type", type + "; charset=utf-8")
        .with("X-Content-Type-Options", "nosniff")
        .withBody(Buffer.buffer(body));
  }

  static Answer empty(int status) {
    return new Answer(status, List.of(), Buffer.buffer());
  }

  private Answer withBody(Buffer other) {
    return new Answer(status, headers, other);
  }

  static Answer refusal(Refusal refusal) {
    return refusal(refusal, refusal.error());
  }

  static Answer refusal(Refusal refusal, String error) {
    Answer answer = json(refusal.status(), new ErrorBody(error));
    if (refusal.isOfToken()) {
      return answer.with(CHALLENGE);
    }
    boolean later = refusal.status() == 503 || refusal.status() == 429;
    return later ? answer.with("Retry-After", String.valueOf(refusal.retryAfterSeconds())) : answer;
  }

  Answer with(String header, String value) {
    return with(new Header(header, value));
  }

  Answer with(Header... others) {
    List<Header> more = new ArrayList<>(headers);
    Collections.addAll(more, others);
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
    response.putHeader(REQUEST_ID, requestId);
    headers.forEach(header -> response.putHeader(header.name(), header.value()));
    if (status == 304 || status == 204) {
      response.end();
    } else {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length())).end(body);
    }
  }

  /** Without its body and headers, in which wallets and tokens are. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }

  /** The body of every error. */
  record ErrorBody(String error) {}
}
