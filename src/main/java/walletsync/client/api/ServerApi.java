package walletsync.client.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import walletsync.client.api.Exchange.Answer;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.PlainText;
import walletsync.client.http.ServerAddress;
import walletsync.client.keys.Keys;
import walletsync.client.keys.SaltSeed;
import walletsync.client.sdk.PythonJson;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.Limits;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

/**
 * The requests of version 3. A failure is a {@link ClientException}: with {@link
 * Problem#UNREACHABLE} the outcome is unknown, with any other kind the server has said no, and
 * nothing has changed there.
 *
 * <p>The original server reads tokens from body and query only. Those of a POST travel in the body;
 * those of a GET in a header, until a server's first complaint about that, and from then on in the
 * query.
 */
public final class ServerApi {
  /** What can stand in a header. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1024}");

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ServerAddress server;
  private final Exchange exchange;
  private volatile boolean tokensInQuery;

  /**
   * Speaks with a server.
   *
   * @param pause how to wait where the server asks for it
   * @param random spreads the waits
   */
  public ServerApi(ServerAddress server, Pause pause, RandomGenerator random) {
    this(server, pause, random, TIMEOUT);
  }

  ServerApi(ServerAddress server, Pause pause, RandomGenerator random, Duration timeout) {
    this.server = server;
    this.exchange = new Exchange(pause, random, timeout);
  }

  /** Signs up; false if the account has to be verified by mail first. */
  public boolean signUp(String email, Keys keys) {
    ObjectNode body =
        object()
            .put("email", email)
            .put("password", keys.loginPassword().reveal())
            .put("clientSaltSeed", keys.saltSeed().text());
    Answer answer = exchange.once(post(ApiPaths.SIGN_UP, body));
    return switch (answer.status()) {
      case 201 -> answer.body().path("verified").asBoolean(true);
      case 409 ->
          throw new ClientException(
              Problem.REFUSED, "This e-mail address has an account already. Log in instead.");
      default -> throw refused(answer);
    };
  }

  /** The salt seed of an account. */
  public SaltSeed saltSeed(String email) {
    String base64 = Base64.getEncoder().encodeToString(email.getBytes(StandardCharsets.UTF_8));
    Answer answer =
        exchange.repeatable(get(ApiPaths.CLIENT_SALT_SEED + "?email=" + encode(base64)).build());
    return switch (answer.status()) {
      case 200 -> new SaltSeed(text(answer, "clientSaltSeed"));
      case 404 ->
          throw answer.error().endsWith("No match for email")
              ? new ClientException(
                  Problem.SIGN_IN, "The server knows no account with this e-mail address.")
              : refused(answer);
      default -> throw refused(answer);
    };
  }

  /** Gets a token for a device. */
  public Session logIn(String email, Secret loginPassword, String deviceId) {
    ObjectNode body =
        object()
            .put("email", email)
            .put("password", loginPassword.reveal())
            .put("deviceId", deviceId);
    Answer answer = exchange.repeatable(post(ApiPaths.AUTH_FULL, body));
    return switch (answer.status()) {
      case 200 -> session(answer);
      case 401 -> throw wrongPassword(answer);
      default -> throw refused(answer);
    };
  }

  /**
   * Asks for the wallet.
   *
   * @param known the state that the client knows, if it knows one
   */
  public Fetched fetch(Secret token, Optional<Wallet> known) {
    HttpRequest.Builder request = get(withToken(ApiPaths.WALLET, token));
    request.header("Authorization", "Bearer " + token.reveal());
    known.ifPresent(wallet -> request.header("If-None-Match", wallet.entityTag().header()));
    Answer answer = exchange.repeatable(request.build());
    if (mustFallBack(answer)) {
      return fetch(token, known);
    }
    return switch (answer.status()) {
      case 200 -> new Fetched.Found(wallet(answer));
      case 304 -> {
        if (known.isEmpty()) {
          throw new ClientException(
              Problem.UNTRUSTED,
              "The server says that its wallet has not changed, but was asked for all of it. Nothing"
                  + " was changed here.");
        }
        yield new Fetched.NotModified();
      }
      case 404 -> {
        if (!answer.error().endsWith("No wallet")) {
          throw refused(answer);
        }
        yield new Fetched.None();
      }
      case 401 -> throw sessionEnded();
      default -> throw refused(answer);
    };
  }

  /** Posts a wallet. To post the same one again is safe, also when its first answer was lost. */
  public PostAnswer post(Secret token, Wallet wallet) {
    ObjectNode body = fields(object().put("token", token.reveal()), wallet);
    HttpRequest request = post(ApiPaths.WALLET, body);
    Answer answer = exchange.repeatable(request);
    return switch (answer.status()) {
      case 200 -> stored(answer, wallet);
      case 409 ->
          new PostAnswer.OutOfDate(
              answer.body().path("accepted").asBoolean(),
              answer.body().has("encryptedWallet")
                  ? Optional.of(wallet(answer))
                  : Optional.empty());
      case 401 -> throw sessionEnded();
      case 413 -> throw tooLarge(request);
      default -> throw refused(answer);
    };
  }

  /**
   * Changes the password, with the wallet under its new keys where there is one. Sent once: after a
   * change the same request would be refused.
   */
  public void changePassword(String email, Secret oldLogin, Keys newKeys, Optional<Wallet> wallet) {
    ObjectNode body =
        object()
            .put("email", email)
            .put("oldPassword", oldLogin.reveal())
            .put("newPassword", newKeys.loginPassword().reveal())
            .put("clientSaltSeed", newKeys.saltSeed().text());
    wallet.ifPresent(sent -> fields(body, sent));
    HttpRequest request = post(ApiPaths.PASSWORD, body);
    Answer answer = exchange.once(request);
    switch (answer.status()) {
      case 200 -> {}
      case 401 -> throw wrongPassword(answer);
      case 409 ->
          throw new ClientException(
              Problem.UNSYNCED,
              "The server has another wallet than this device. Sync before changing the password.");
      case 413 -> throw tooLarge(request);
      default -> throw refused(answer);
    }
  }

  private static PostAnswer stored(Answer answer, Wallet sent) {
    if (answer.body().has("encryptedWallet") && !wallet(answer).equals(sent)) {
      throw new ClientException(
          Problem.UNTRUSTED, "The server says that it stored another wallet than it was sent.");
    }
    return new PostAnswer.Stored();
  }

  private static Session session(Answer answer) {
    String token = text(answer, "token");
    if (!TOKEN.matcher(token).matches()) {
      throw new ClientException(Problem.UNTRUSTED, "The server sent a token that is none.");
    }
    String expiration = answer.body().path("expiration").asText("");
    return new Session(
        Secret.of(token), expiration.equals("null") ? "" : PlainText.line(expiration));
  }

  /** Whether the answer is the original server's to a token in a header. */
  private boolean mustFallBack(Answer answer) {
    if (answer.status() == 400
        && answer.error().endsWith("Missing token parameter")
        && !tokensInQuery) {
      tokensInQuery = true;
      return true;
    }
    return false;
  }

  private String withToken(String path, Secret token) {
    return tokensInQuery ? path + "?token=" + encode(token.reveal()) : path;
  }

  private HttpRequest.Builder get(String pathAndQuery) {
    return HttpRequest.newBuilder(server.resolve(pathAndQuery)).GET();
  }

  private HttpRequest post(String path, JsonNode body) {
    return HttpRequest.newBuilder(server.resolve(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(PythonJson.write(body)))
        .build();
  }

  private static ObjectNode fields(ObjectNode body, Wallet wallet) {
    return body.put("encryptedWallet", wallet.encryptedWallet())
        .put("sequence", wallet.sequence())
        .put("hmac", wallet.hmac());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static Wallet wallet(Answer answer) {
    JsonNode sequence = answer.body().path("sequence");
    if (!sequence.isIntegralNumber()
        || !sequence.canConvertToLong()
        || sequence.longValue() < 1
        || sequence.longValue() > Limits.MAX_SEQUENCE) {
      throw new ClientException(
          Problem.UNTRUSTED, "The server sent a wallet without a sequence that can be.");
    }
    return new Wallet(text(answer, "encryptedWallet"), sequence.longValue(), text(answer, "hmac"));
  }

  private static String text(Answer answer, String member) {
    JsonNode value = answer.body().path(member);
    if (!value.isTextual()) {
      throw new ClientException(
          Problem.UNTRUSTED, "The server's answer has no " + member + ", so it is of no use.");
    }
    return value.textValue();
  }

  private static ClientException sessionEnded() {
    return new ClientException(
        Problem.SIGN_IN, "The session has ended, or the password was changed. Log in again.");
  }

  private static ClientException wrongPassword(Answer answer) {
    String detail =
        answer.error().endsWith("Account is not verified")
            ? "The account is not verified yet: open the link in the mail that the server sent."
            : "E-mail address and password do not match. Upper and lower case count, in the address"
                + " too: type it as at registration.";
    return new ClientException(Problem.SIGN_IN, detail);
  }

  private static ClientException tooLarge(HttpRequest request) {
    long bytes = request.bodyPublisher().map(HttpRequest.BodyPublisher::contentLength).orElse(0L);
    return new ClientException(
        Problem.TOO_LARGE,
        "The encrypted wallet makes a request of "
            + bytes
            + " bytes, and the server accepts less (usually "
            + Limits.BODY_BYTES
            + "). Remove large preferences, or ask the server's operator to raise MAX_BODY_BYTES."
            + " Nothing is lost: the changes stay on this device.");
  }

  private static ClientException refused(Answer answer) {
    String said = PlainText.line(answer.error());
    return new ClientException(Problem.REFUSED, "The server said no: " + said);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
