package walletsync.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Refusal;

/**
 * Finds the one token of a request: in its {@code Authorization: Bearer} header (RFC 6750), or in
 * the older place that the endpoint has for it.
 */
final class TokenReader {
  private static final String SCHEME = "Bearer ";

  private TokenReader() {}

  /** The token of header and query. */
  static Optional<String> fromQuery(HttpServerRequest request) {
    return one(request, new Query(request.query()).all("token"));
  }

  /** The token of header and body. */
  static Optional<String> fromBody(HttpServerRequest request, Optional<String> inBody) {
    return one(request, inBody.stream().toList());
  }

  private static Optional<String> one(HttpServerRequest request, List<String> elsewhere) {
    Set<String> tokens = new HashSet<>(2);
    for (String value : request.headers().getAll(HttpHeaders.AUTHORIZATION)) {
      if (value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
        tokens.add(value.substring(SCHEME.length()).trim());
      }
    }
    tokens.addAll(elsewhere);
    tokens.remove("");
    if (tokens.size() > 1) {
      throw new InvalidRequestException(Refusal.CONFLICTING_TOKENS);
    }
    return tokens.stream().findFirst();
  }
}
