package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import walletsync.protocol.Refusal;
import walletsync.server.bus.Bus;
import walletsync.server.metrics.Metrics;
import walletsync.server.settings.EdgeSettings.Listen;

/**
 * Serves health and metrics on a port of their own, which is for operators and not for the world.
 * Plain HTTP, as probes and scrapers speak it inside a cluster. Deploy one instance, before the
 * API: it goes on to answer while the API stops.
 */
public final class ManagementVerticle extends VerticleBase {
  private static final int IDLE_SECONDS = 75;
  private static final long GRACE_MILLIS = 500;

  private final Listen listen;
  private final Management management;
  private final Failures failures;
  private HttpServer server;

  public ManagementVerticle(Bus bus, Metrics metrics, Listen listen) {
    this.listen = listen;
    this.failures = new Failures(metrics);
    this.management = new Management(bus, metrics);
  }

  @Override
  public Future<?> start() {
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false))
            .requestHandler(this::answer);
    return server.listen(listen.port(), listen.address());
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    List<Endpoint> here =
        management.endpoints().stream()
            .filter(endpoint -> endpoint.path().equals(request.path()))
            .toList();
    String id = RequestId.of(request);
    Future<Answer> answer =
        here.isEmpty()
            ? Future.succeededFuture(Answer.refusal(Refusal.UNKNOWN_PATH))
            : Endpoint.answer(here, request, failure -> failures.answer(failure, id));
    answer.onSuccess(ready -> ready.send(request.response(), id));
  }

  @Override
  public Future<?> stop() {
    return server.shutdown(GRACE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
