package walletsync.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stands between client and server, and loses, delays or forges what passes. */
public final class Middle implements AutoCloseable {
  /** An answer. */
  public record Reply(int status, String body, Map<String, String> headers) {
    public static Reply of(int status, String body) {
      return new Reply(status, body, Map.of());
    }
  }

  /** A request as it was sent. */
  public record Request(String method, String target, String body) {
    public boolean is(String wanted) {
      int query = target.indexOf('?');
      return (method + " " + (query < 0 ? target : target.substring(0, query))).equals(wanted);
    }
  }

  /** What happens to a request; null cuts the connection. */
  @FunctionalInterface
  public interface Rule {
    @Nullable Reply on(Request request, Supplier<Reply> forward);
  }

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpServer server;
  private final int target;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile Rule rule = (request, forward) -> forward.get();

  /** In front of the server at this port; 0 if nothing is ever forwarded. */
  public Middle(int target) {
    this.target = target;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public void rule(Rule changed) {
    rule = changed;
  }

  /** Everything is forwarded from now on. */
  public void honest() {
    rule = (request, forward) -> forward.get();
  }

  /** Cuts the connection after the server has done its work. */
  public void loseAnswersTo(String what) {
    rule(
        (request, forward) -> {
          Reply reply = forward.get();
          return request.is(what) ? null : reply;
        });
  }

  /** Cuts the connection before the server hears of it. */
  public void loseRequestsTo(String what) {
    rule((request, forward) -> request.is(what) ? null : forward.get());
  }

  /** Answers in the server's place. */
  public void answer(String what, Reply reply) {
    rule((request, forward) -> request.is(what) ? reply : forward.get());
  }

  public List<Request> requests() {
    return requests;
  }

  /** The bodies of all requests like {@code POST /api/3/wallet}. */
  public List<String> bodies(String what) {
    return requests.stream().filter(request -> request.is(what)).map(Request::body).toList();
  }

  /** What was asked and answered, as {@code GET 304}. */
  public List<String> log() {
    return log;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Request request =
        new Request(exchange.getRequestMethod(), exchange.getRequestURI().toString(), body);
    requests.add(request);
    Reply reply = rule.on(request, () -> forward(exchange, request));
    log.add(request.method() + " " + (reply == null ? 0 : reply.status()));
    if (reply != null) {
      byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
    }
    exchange.close();
  }

  private Reply forward(HttpExchange exchange, Request request) {
    HttpRequest.Builder forwarded =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + target + request.target()))
            .method(request.method(), BodyPublishers.ofString(request.body()));
    for (String header : List.of("Authorization", "If-None-Match")) {
      String value = exchange.getRequestHeaders().getFirst(header);
      if (value != null) {
        forwarded.header(header, value);
      }
    }
    try {
      HttpResponse<String> response = client.send(forwarded.build(), BodyHandlers.ofString());
      return Reply.of(response.statusCode(), response.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
