package walletsync.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import walletsync.protocol.Secret;
import walletsync.server.settings.MailSettings;

/** A real HTTP server in the place of Mailgun, which does what the test wants. */
public final class TestMailgun implements AutoCloseable {
  public static final String KEY = "key-5s3cr3t5";

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private volatile Behaviour behaviour = answering(200);

  /**
   * A request that came.
   *
   * @param form the fields of the body
   */
  public record Call(
      String method,
      String path,
      String authorization,
      String contentType,
      Map<String, String> form) {

    /** The code in the link of the text. */
    public String token() {
      return form.getOrDefault("text", "").replaceAll("(?s).*verifyToken=([0-9a-f]{64}).*", "$1");
    }
  }

  /** What it does with a call. */
  public interface Behaviour {
    void handle(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private TestMailgun(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static TestMailgun start() {
    try {
      return new TestMailgun(HttpServer.create(anyPort(), 100), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TestMailgun start(TestCertificate certificate) {
    try {
      HttpsServer server = HttpsServer.create(anyPort(), 100);
      server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
      return new TestMailgun(server, "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers each call with a status and what Mailgun would say. */
  public static Behaviour answering(int status) {
    return exchange -> {
      byte[] body =
          "{\"id\":\"<1@x>\",\"message\":\"Queued. Thank you.\"}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** Keeps each call without an answer until the latch opens, and then accepts it. */
  public static Behaviour holding(CountDownLatch latch) {
    return exchange -> {
      latch.await();
      answering(200).handle(exchange);
    };
  }

  public void behave(Behaviour wanted) {
    behaviour = wanted;
  }

  /** The settings of a server that sends its mails here. */
  public MailSettings.Mailgun settings() {
    return new MailSettings.Mailgun(
        "wallet-sync@mail.example.com",
        URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort()),
        "mail.example.com",
        Secret.of(KEY));
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The calls that were about mails to an address. */
  public List<Call> callsFor(String address) {
    return calls().stream().filter(call -> address.equals(call.form().get("to"))).toList();
  }

  /** How many calls were open at one time, at most. */
  public int mostOpen() {
    return mostOpen.get();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    try (exchange) {
      calls.add(
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              header(exchange, "Authorization"),
              header(exchange, "Content-Type"),
              form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))));
      behaviour.handle(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.decrementAndGet();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  private static Map<String, String> form(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : body.split("&", -1)) {
      String[] parts = field.split("=", 2);
      fields.put(
          URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
          parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return fields;
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
