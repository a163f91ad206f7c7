package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import walletsync.server.bus.Bus;
import walletsync.server.health.HealthRequest.CheckReadiness;
import walletsync.server.metrics.Metrics;

/**
 * What is for operators and their programs: health and metrics. It is served beside the API, or on
 * a port of its own.
 */
final class Management {
  private final Bus bus;
  private final Metrics metrics;

  Management(Bus bus, Metrics metrics) {
    this.bus = bus;
    this.metrics = metrics;
  }

  List<Endpoint> endpoints() {
    return List.of(
        endpoint("/metrics", this::metrics),
        endpoint("/health/live", request -> Future.succeededFuture(health(200, "alive"))),
        endpoint("/health/ready", this::ready));
  }

  /** Where nobody else asks for readiness, the metric that shows it must not be an old one. */
  private Future<Answer> metrics(HttpServerRequest request) {
    return bus.ask(new CheckReadiness())
        .transform(
            readiness ->
                Future.succeededFuture(
                    Answer.text(200, "text/plain; version=0.0.4", metrics.prometheusText())));
  }

  private Future<Answer> ready(HttpServerRequest request) {
    return bus.ask(new CheckReadiness())
        .map(readiness -> health(readiness.isReady() ? 200 : 503, readiness.reason()));
  }

  private static Answer health(int status, String word) {
    return Answer.json(status, Map.of("status", word)).with("Cache-Control", "no-store");
  }

  private static Endpoint endpoint(
      String path, Function<HttpServerRequest, Future<Answer>> handler) {
    return new Endpoint(HttpMethod.GET, path, Optional.empty(), handler);
  }
}
