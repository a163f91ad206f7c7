package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Refusal;

/**
 * One endpoint of the API.
 *
 * @param precheck what is refused before the method is looked at
 * @param handler makes the answer; what it throws or fails with becomes one too
 */
record Endpoint(
    HttpMethod method,
    String path,
    Optional<Refusal> precheck,
    Function<HttpServerRequest, Future<Answer>> handler) {

  static Endpoint get(String path, Function<HttpServerRequest, Future<Answer>> handler) {
    return new Endpoint(HttpMethod.GET, path, Optional.empty(), handler);
  }

  static Endpoint post(String path, Function<HttpServerRequest, Future<Answer>> handler) {
    return new Endpoint(HttpMethod.POST, path, Optional.empty(), handler);
  }

  Endpoint refusedFirst(Optional<Refusal> refusal) {
    return new Endpoint(method, path, refusal, handler);
  }

  /**
   * Answers a request by the one of a path's endpoints whose method it has; never fails.
   *
   * @param failed makes an answer of a failure
   */
  static Future<Answer> answer(
      List<Endpoint> here, HttpServerRequest request, Function<Throwable, Answer> failed) {
    try {
      for (Endpoint endpoint : here) {
        if (endpoint.precheck().isPresent()) {
          return Future.succeededFuture(Answer.refusal(endpoint.precheck().get()));
        }
        if (endpoint.method().equals(request.method())) {
          return endpoint.handler().apply(request).otherwise(failed);
        }
      }
      String allowed = here.stream().map(e -> e.method().name()).collect(Collectors.joining(", "));
      return Future.succeededFuture(
          Answer.refusal(Refusal.METHOD_NOT_ALLOWED).with("Allow", allowed));
    } catch (RuntimeException e) {
      return Future.succeededFuture(failed.apply(e));
    }
  }

  /** The name under which it is counted: the first segment below the API's path. */
  String name() {
    return path.startsWith(ApiPaths.BASE)
        ? path.substring(ApiPaths.BASE.length()).replaceFirst("/.*", "")
        : path;
  }
}
