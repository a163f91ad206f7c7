package walletsync.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.ApiPaths;
import walletsync.server.http.Answer.Header;

/**
 * Lets pages of other origins use the API (the CORS protocol of the Fetch standard). Only those of
 * listed origins, and only with what a page sends itself: cookies and the like stay out, since
 * tokens travel in headers and bodies. It refuses nothing: a browser keeps the answer from a page
 * that is not let in.
 */
final class Cors {
  private static final Header VARIES = Header.of("Vary", "Origin");
  private static final Header EXPOSED =
      Header.of(
          "Access-Control-Expose-Headers", "ETag, Preference-Applied, Retry-After, X-Request-Id");
  private static final Header REQUEST_HEADERS =
      Header.of(
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, If-None-Match, Prefer, X-Request-Id");

  /** Two hours, of which browsers may take less. */
  private static final Header MAX_AGE = Header.of("Access-Control-Max-Age", "7200");

  /** A link that a person opens, and what no browser applies these rules to. */
  private static final Set<String> NOT_FOR_PAGES = Set.of(ApiPaths.VERIFY, ApiPaths.WEBSOCKET);

  private final Set<String> origins;

  /**
   * @param origins as browsers send them; empty for none
   */
  Cors(Set<String> origins) {
    this.origins = origins;
  }

  /**
   * The answer to a browser that asks whether a page may send its request; empty where this is no
   * such question, or of a page that may not.
   *
   * @param here the endpoints of the path
   */
  Optional<Answer> preflight(HttpServerRequest request, List<Endpoint> here) {
    if (!request.method().equals(HttpMethod.OPTIONS)
        || !request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)
        || !isForPages(request)
        || allowedOrigin(request).isEmpty()) {
      return Optional.empty();
    }
    String methods = here.stream().map(it -> it.method().name()).collect(Collectors.joining(", "));
    return Optional.of(
        Answer.empty(204)
            .with("Access-Control-Allow-Methods", methods)
            .with(REQUEST_HEADERS, MAX_AGE));
  }

  /** The answer, so that the page which asked may read it. */
  Answer readable(HttpServerRequest request, Answer answer) {
    if (origins.isEmpty() || !isForPages(request)) {
      return answer;
    }
    return allowedOrigin(request)
        .map(
            origin ->
                answer.with(VARIES, EXPOSED, new Header("Access-Control-Allow-Origin", origin)))
        .orElseGet(() -> answer.with(VARIES));
  }

  private static boolean isForPages(HttpServerRequest request) {
    @Nullable String path = request.path();
    return path != null && path.startsWith(ApiPaths.BASE) && !NOT_FOR_PAGES.contains(path);
  }

  private Optional<String> allowedOrigin(HttpServerRequest request) {
    return Optional.ofNullable(request.getHeader(HttpHeaders.ORIGIN)).filter(origins::contains);
  }
}
