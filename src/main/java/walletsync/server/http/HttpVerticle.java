package walletsync.server.http;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Refusal;
import walletsync.server.bus.Bus;
import walletsync.server.metrics.Metrics;
import walletsync.server.notify.AccountEvent.EventsMissed;
import walletsync.server.notify.AccountEvent.FromElsewhere;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.settings.EdgeSettings;
import walletsync.server.settings.PushSettings;

/**
 * Listens, routes, and sends the answers. Deploy one instance for each event loop that is to serve.
 */
public final class HttpVerticle extends VerticleBase {
  /** For requests in flight, after the last websocket was closed. */
  private static final long GRACE_MILLIS = 2_000;

  private static final Duration TLS_CHECK = Duration.ofSeconds(5);

  private final Bus bus;
  private final HttpSettings settings;
  private final Shared shared;
  private final ClientAddress addresses;
  private final Failures failures;
  private final Cors cors;
  private @Nullable HttpServer server;
  private Sockets sockets;
  private RequestBody bodies;

  /**
   * What this verticle needs to be told.
   *
   * @param edge where it listens, and what it puts up with
   * @param verifiesByMail whether accounts wait for the link in a mail
   * @param push how devices hear of changes
   * @param logsRequests whether each request gets a line in the log
   */
  public record HttpSettings(
      EdgeSettings edge, boolean verifiesByMail, PushSettings push, boolean logsRequests) {}

  /**
   * What all instances share; all of it is thread-safe.
   *
   * @param stopping whether this process has said that it is about to stop
   */
  public record Shared(
      Metrics metrics, SocketLimits limits, Connections connections, BooleanSupplier stopping) {}

  /** One instance of several. */
  public HttpVerticle(Bus bus, HttpSettings settings, Shared shared) {
    this.bus = bus;
    this.settings = settings;
    this.shared = shared;
    this.failures = new Failures(shared.metrics());
    this.addresses = new ClientAddress(settings.edge().trustedProxies());
    this.cors = new Cors(settings.push().origins());
  }

  @Override
  public Future<?> start() {
    EdgeSettings edge = settings.edge();
    sockets =
        new Sockets(vertx, bus, shared.metrics().requests(), shared.limits(), settings.push());
    sockets.start();
    bodies =
        new RequestBody(
            vertx, edge.maxBodyBytes(), edge.bodyTimeout(), shared.connections().bodies());
    return Future.all(
            List.of(
                bus.listen(WalletChanged.class, sockets::on),
                bus.listen(PasswordChanged.class, sockets::on),
                bus.listen(SessionsRevoked.class, sockets::on),
                bus.listen(EventsMissed.class, missed -> sockets.rereadAll()),
                bus.listen(FromElsewhere.class, elsewhere -> sockets.on(elsewhere.event()))))
        .compose(
            listening ->
                edge.tls()
                    .map(
                        files ->
                            TlsFiles.read(vertx, files, shared.connections()::certificateExpires)
                                .map(Optional::of))
                    .orElse(Future.succeededFuture(Optional.empty())))
        .compose(this::listen);
  }

  private Future<HttpServer> listen(Optional<TlsFiles> tls) {
    EdgeSettings edge = settings.edge();
    HttpServerOptions options = ServerOptions.of(edge);
    HttpServer made =
        vertx
            .createHttpServer(tls.map(files -> files.applyTo(options)).orElse(options))
            .requestHandler(router())
            .invalidRequestHandler(this::invalidRequest)
            .connectionHandler(shared.connections()::opened);
    server = made;
    tls.ifPresent(files -> files.watch(made, TLS_CHECK));
    // For Vert.x a negative port is a free one that all instances share.
    return made.listen(edge.port() == 0 ? -1 : edge.port(), edge.bindAddress());
  }

  /** The port that is listened on. */
  public int port() {
    return Objects.requireNonNull(server).actualPort();
  }

  private Router router() {
    Router router = Router.router(vertx);
    router.route().handler(this::begin);
    endpoints().forEach((path, here) -> router.route(path).handler(route(path, here)));
    router.route().handler(c -> send(exchange(c), Answer.refusal(noEndpoint(c.request().path()))));
    // For what has no path at all, as OPTIONS *
    router.errorHandler(404, c -> send(exchange(c), Answer.refusal(Refusal.UNKNOWN_PATH)));
    router.errorHandler(400, c -> refuseAndClose(exchange(c), Refusal.MALFORMED_REQUEST));
    router.errorHandler(
        500, c -> send(exchange(c), failures.answer(c.failure(), exchange(c).id())));
    return router;
  }

  private Map<String, List<Endpoint>> endpoints() {
    SocketEntrance entrance =
        new SocketEntrance(bus, shared.limits(), settings.push().origins(), sockets);
    List<Endpoint> api =
        new Api(bus, entrance, bodies, failures, settings.verifiesByMail()).endpoints();
    List<Endpoint> management =
        settings.edge().management().isPresent()
            ? List.of()
            : new Management(bus, shared.metrics()).endpoints();
    return Stream.concat(api.stream(), management.stream())
        .collect(Collectors.groupingBy(Endpoint::path));
  }

  private void begin(RoutingContext context) {
    Exchange exchange = exchange(context);
    if (ServerOptions.isAmbiguous(context.request())) {
      refuseAndClose(exchange, Refusal.MALFORMED_REQUEST);
    } else {
      context.next();
    }
  }

  private static Exchange exchange(RoutingContext context) {
    @Nullable Exchange begun = context.get(Exchange.class.getName());
    if (begun != null) {
      return begun;
    }
    Exchange exchange = new Exchange(context.request());
    context.put(Exchange.class.getName(), exchange);
    return exchange;
  }

  private Handler<RoutingContext> route(String path, List<Endpoint> here) {
    String name = here.get(0).name();
    return context -> route(context, path, name, here);
  }

  private void route(RoutingContext context, String path, String name, List<Endpoint> here) {
    HttpServerRequest request = context.request();
    if (!path.equals(request.path())) {
      context.next(); // a trailing slash, or a path that is this one only once it is normalized
      return;
    }
    Exchange exchange = exchange(context);
    exchange.reached(path);
    if (path.startsWith(ApiPaths.BASE)) {
      shared.metrics().requests().request(request.method(), name);
    }
    cors.preflight(request, here)
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Endpoint.answer(here, request, failure -> failures.answer(failure, exchange.id())))
        .onSuccess(ready -> send(exchange, ready));
  }

  private static Refusal noEndpoint(@Nullable String path) {
    if (path == null) {
      return Refusal.UNKNOWN_PATH;
    }
    if (path.startsWith(ApiPaths.BASE)) {
      return Refusal.UNKNOWN_ENDPOINT;
    }
    return path.startsWith(ApiPaths.API) ? Refusal.WRONG_API_VERSION : Refusal.UNKNOWN_PATH;
  }

  private void send(Exchange exchange, Answer made) {
    HttpServerRequest request = exchange.request();
    Answer answer = cors.readable(request, made);
    bodies.drain(request);
    boolean last = shared.stopping().getAsBoolean() && answer.status() != Answer.UPGRADED.status();
    (last ? answer.with("Connection", "close") : answer).send(request.response(), exchange.id());
    exchange.answered(
        answer.status(),
        answer.body().length(),
        shared.metrics(),
        addresses,
        settings.logsRequests());
    // A proxy that keeps this connection would lose the request with which it meets its end. Where
    // the request is not yet read, closing would lose the answer: whoever sends it has read the
    // header.
    if (last && request.isEnded()) {
      request.connection().close();
    }
  }

  /** What cannot even be read as HTTP: answered, and the connection closed. */
  private void invalidRequest(HttpServerRequest request) {
    Refusal refusal = Refusal.MALFORMED_REQUEST;
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongFrameException) {
      refusal =
          String.valueOf(cause.getMessage()).contains("header")
              ? Refusal.HEADERS_TOO_LARGE
              : Refusal.REQUEST_LINE_TOO_LONG;
    }
    refuseAndClose(new Exchange(request), refusal);
  }

  private void refuseAndClose(Exchange exchange, Refusal refusal) {
    send(exchange, Answer.refusal(refusal).with("Connection", "close"));
    exchange.request().connection().close();
  }

  @Override
  public Future<?> stop() {
    // Nobody new comes in; websockets close one by one, and requests in flight are answered.
    sockets.stop();
    long millis = settings.push().drain().toMillis() + GRACE_MILLIS;
    return Objects.requireNonNull(server).shutdown(millis, TimeUnit.MILLISECONDS);
  }
}
