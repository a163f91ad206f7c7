package walletsync.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The few calls that are made outside of the load: what has to be there before it begins. */
final class Api {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TRIES = 30;

  private final URI base;
  private final HttpClient client;

  private Api(URI base, HttpClient client) {
    this.base = base;
    this.client = client;
  }

  static Api at(URI base) {
    return new Api(
        base,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build());
  }

  /** Whether it says that it is ready. */
  boolean isReady() {
    return answers("/health/ready");
  }

  /** Whether anything of ours is there at all; an older server may know nothing of readiness. */
  boolean isAlive() {
    return answers("/health/live") || answers("/metrics");
  }

  private boolean answers(String path) {
    try {
      return send(HttpRequest.newBuilder(base.resolve(path))).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes the account, signs these devices in, and saves a first wallet from the first of them. */
  void prepare(LoadAccount account, int signedIn, int walletBytes) throws IOException {
    post("/api/3/signup", "", account.signUpBody(), 201);
    for (Device device : account.devices().subList(0, signedIn)) {
      String answer = post("/api/3/auth/full", "", account.signInBody(device), 200);
      device.signedIn(Wallet.json(answer).get("token").asText());
    }
    Device first = account.devices().get(0);
    first.changes(walletBytes);
    post("/api/3/wallet", first.token(), first.body(), 200);
    first.accepted();
  }

  /** Goes on where it is told to come back later. */
  private String post(String path, String token, String body, int expected) throws IOException {
    for (int tries = 1; ; tries++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(base.resolve(path))
              .POST(HttpRequest.BodyPublishers.ofString(body));
      if (!token.isEmpty()) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<String> response = send(request);
      if (response.statusCode() == expected) {
        return response.body();
      }
      if (response.statusCode() != 503 || tries == TRIES) {
        throw new IOException(path + " answered " + response.statusCode());
      }
      long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
      sleep(seconds * 1000 + ThreadLocalRandom.current().nextInt(500));
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }
}
