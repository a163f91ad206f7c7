package walletsync.server.http;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Limits;
import walletsync.protocol.Refusal;
import walletsync.server.bus.Bus;
import walletsync.server.notify.AccountEvent.EventsMissed;
import walletsync.server.notify.AccountEvent.FromElsewhere;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.settings.PushSettings;

/**
 * Listens, routes, and sends the answers. Deploy one instance for each event loop that is to serve.
 */
public final class HttpVerticle extends VerticleBase {
  private static final int REQUEST_LINE_BYTES = 16 * 1024;
  private static final int IDLE_SECONDS = 75;

  /** Vert.x drops a connection at this size without a word; Socket closes it with 1009 before. */
  private static final int LARGEST_FRAME_READ_BYTES = 128 * 1024;

  /** For requests in flight, after the last websocket was closed. */
  private static final long GRACE_MILLIS = 2_000;

  private static final String METRICS = "/metrics";

  private final Bus bus;
  private final RequestCounts counts;
  private final SocketLimits limits;
  private final HttpSettings settings;
  private HttpServer server;
  private Sockets sockets;
  private RequestBody bodies;

  /**
   * What this verticle needs to be told.
   *
   * @param bindAddress the address to listen on
   * @param port the port; 0 takes a free one, the same for every instance
   * @param maxBodyBytes the largest request body
   * @param verifiesByMail whether accounts wait for the link in a mail
   * @param push how devices hear of changes
   */
  public record HttpSettings(
      String bindAddress, int port, int maxBodyBytes, boolean verifiesByMail, PushSettings push) {}

  /**
   * One instance of several.
   *
   * @param counts shared by all instances
   * @param limits shared by all instances
   */
  public HttpVerticle(Bus bus, RequestCounts counts, SocketLimits limits, HttpSettings settings) {
    this.bus = bus;
    this.counts = counts;
    this.limits = limits;
    this.settings = settings;
  }

  @Override
  public Future<?> start() {
    sockets = new Sockets(vertx, new SessionReader(bus), counts, limits, settings.push());
    sockets.start();
    bodies = new RequestBody(vertx, settings.maxBodyBytes());
    server =
        vertx
            .createHttpServer(options())
            .requestHandler(router())
            .invalidRequestHandler(HttpVerticle::invalidRequest);
    return Future.all(
            List.of(
                bus.listen(WalletChanged.class, sockets::on),
                bus.listen(PasswordChanged.class, sockets::on),
                bus.listen(SessionsRevoked.class, sockets::on),
                bus.listen(EventsMissed.class, missed -> sockets.rereadAll()),
                bus.listen(FromElsewhere.class, elsewhere -> sockets.on(elsewhere.event()))))
        .compose(
            listening ->
                // For Vert.x a negative port is a free one that all instances share.
                server.listen(settings.port() == 0 ? -1 : settings.port(), settings.bindAddress()));
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(REQUEST_LINE_BYTES)
        .setHandle100ContinueAutomatically(true)
        .setReadIdleTimeout(IDLE_SECONDS)
        .setWriteIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setTcpNoDelay(true)
        // Answers are written by the event loop that read the request: no queue between threads is
        // needed, which would take 4.7 KiB of every connection, that of a websocket included.
        .setStrictThreadMode(true)
        // Messages are a few bytes: compressing them would cost memory for each socket.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setMaxWebSocketFrameSize(LARGEST_FRAME_READ_BYTES)
        .setMaxWebSocketMessageSize(Limits.WEBSOCKET_MESSAGE_BYTES);
  }

  private Router router() {
    Router router = Router.router(vertx);
    router.route().handler(HttpVerticle::refuseAmbiguous);
    endpoints().forEach((path, here) -> router.route(path).handler(c -> route(c, path, here)));
    router.route(METRICS).handler(this::metrics);
    router.route().handler(c -> send(c.request(), Answer.refusal(noEndpoint(c.request().path()))));
    // For what has no path at all, as OPTIONS *
    router.errorHandler(404, c -> send(c.request(), Answer.refusal(Refusal.UNKNOWN_PATH)));
    router.errorHandler(400, c -> refuseAndClose(c.request(), Refusal.MALFORMED_REQUEST));
    router.errorHandler(500, c -> send(c.request(), Failures.answer(c.failure())));
    return router;
  }

  private Map<String, List<Endpoint>> endpoints() {
    SocketEntrance entrance = new SocketEntrance(bus, limits, settings.push().origins(), sockets);
    return new Api(bus, entrance, bodies, settings.verifiesByMail())
        .endpoints().stream().collect(Collectors.groupingBy(Endpoint::path));
  }

  private void route(RoutingContext context, String path, List<Endpoint> here) {
    HttpServerRequest request = context.request();
    if (!path.equals(request.path())) {
      context.next(); // a trailing slash, or a path that is this one only once it is normalized
      return;
    }
    counts.request(request.method(), here.get(0).name());
    send(request, answer(request, here));
  }

  private void metrics(RoutingContext context) {
    if (!METRICS.equals(context.request().path())) {
      context.next();
      return;
    }
    if (!HttpMethod.GET.equals(context.request().method())) {
      send(context.request(), Answer.refusal(Refusal.METHOD_NOT_ALLOWED).with("Allow", "GET"));
      return;
    }
    send(context.request(), Answer.text(200, "text/plain; version=0.0.4", counts.prometheusText()));
  }

  private static void refuseAmbiguous(RoutingContext context) {
    if (isAmbiguous(context.request())) {
      refuseAndClose(context.request(), Refusal.MALFORMED_REQUEST);
    } else {
      context.next();
    }
  }

  /**
   * What a proxy in front may read otherwise than Netty: the length of the body, or no host (RFC
   * 9112, 3.2 and 6.1). With the keys of a websocket draft of 2010 Netty takes the eight bytes
   * behind the headers for a body.
   */
  private static boolean isAmbiguous(HttpServerRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return (!codings.isEmpty()
            && !(codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")))
        || (request.version() == HttpVersion.HTTP_1_1
            && request.headers().getAll(HttpHeaders.HOST).size() != 1)
        || request.headers().contains("Sec-WebSocket-Key1");
  }

  private static Future<Answer> answer(HttpServerRequest request, List<Endpoint> here) {
    try {
      for (Endpoint endpoint : here) {
        if (endpoint.precheck().isPresent()) {
          return Future.succeededFuture(Answer.refusal(endpoint.precheck().get()));
        }
        if (endpoint.method().equals(request.method())) {
          return endpoint.handler().apply(request).otherwise(Failures::answer);
        }
      }
      String allowed = here.stream().map(e -> e.method().name()).collect(Collectors.joining(", "));
      return Future.succeededFuture(
          Answer.refusal(Refusal.METHOD_NOT_ALLOWED).with("Allow", allowed));
    } catch (RuntimeException e) {
      return Future.succeededFuture(Failures.answer(e));
    }
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

  private void send(HttpServerRequest request, Answer answer) {
    bodies.drain(request);
    answer.send(request.response());
  }

  private void send(HttpServerRequest request, Future<Answer> answer) {
    answer.onSuccess(ready -> send(request, ready));
  }

  /** What cannot even be read as HTTP: answered, and the connection closed. */
  private static void invalidRequest(HttpServerRequest request) {
    Refusal refusal = Refusal.MALFORMED_REQUEST;
    Throwable cause = request.decoderResult().cause();
    if (cause instanceof TooLongFrameException) {
      refusal =
          String.valueOf(cause.getMessage()).contains("header")
              ? Refusal.HEADERS_TOO_LARGE
              : Refusal.REQUEST_LINE_TOO_LONG;
    }
    refuseAndClose(request, refusal);
  }

  private static void refuseAndClose(HttpServerRequest request, Refusal refusal) {
    Answer.refusal(refusal)
        .with(HttpHeaders.CONNECTION.toString(), "close")
        .send(request.response());
    request.connection().close();
  }

  @Override
  public Future<?> stop() {
    // Nobody new comes in; websockets close one by one, and requests in flight are answered.
    long millis = settings.push().drain().toMillis() + GRACE_MILLIS;
    return server.shutdown(millis, TimeUnit.MILLISECONDS);
  }
}
