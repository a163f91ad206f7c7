package walletsync.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stand-in for the server, which forgets one write: it says 200, and stores nothing. */
final class ForgetfulServer implements AutoCloseable {
  private final Map<String, Wallet> wallets = new HashMap<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final int forgotten;
  private int accepted;

  /**
   * @param forgotten which of the accepted writes it forgets, counted from 1
   */
  ForgetfulServer(int forgotten) throws IOException {
    this.forgotten = forgotten;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/health/live", exchange -> answer(exchange, 200, "{}"));
    server.createContext("/api/3/signup", exchange -> answer(exchange, 201, "{}"));
    server.createContext("/api/3/auth/full", this::signIn);
    server.createContext("/api/3/wallet", this::wallet);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The token is the account's address: nobody here is a stranger. */
  private void signIn(HttpExchange exchange) throws IOException {
    String email = Wallet.json(body(exchange)).get("email").asText();
    answer(exchange, 200, "{\"token\":\"%s\"}".formatted(email));
  }

  private void wallet(HttpExchange exchange) throws IOException {
    String token = exchange.getRequestHeaders().getFirst("Authorization").substring(7);
    String body = body(exchange);
    if (exchange.getRequestMethod().equals("GET")) {
      answer(exchange, 200, current(token).body());
    } else {
      boolean stored = save(token, Wallet.in(body).orElseThrow());
      answer(exchange, stored ? 200 : 409, current(token).body());
    }
  }

  private synchronized Wallet current(String token) {
    return wallets.getOrDefault(token, new Wallet("", 0, ""));
  }

  private synchronized boolean save(String token, Wallet wallet) {
    if (wallet.sequence() != current(token).sequence() + 1) {
      return false;
    }
    accepted++;
    if (accepted != forgotten) {
      wallets.put(token, wallet);
    }
    return true;
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
