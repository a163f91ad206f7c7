package walletsync.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.ApiPaths;
import walletsync.protocol.AuthBody;
import walletsync.protocol.BodyType;
import walletsync.protocol.Email;
import walletsync.protocol.EntityTag;
import walletsync.protocol.Fields;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.PasswordBody;
import walletsync.protocol.Refusal;
import walletsync.protocol.ResendBody;
import walletsync.protocol.Secret;
import walletsync.protocol.SignUpBody;
import walletsync.protocol.TicketBody;
import walletsync.protocol.Wallet;
import walletsync.protocol.WalletBody;
import walletsync.server.auth.AuthRequest;
import walletsync.server.auth.AuthRequest.ChangePassword;
import walletsync.server.auth.AuthRequest.FetchSaltSeed;
import walletsync.server.auth.AuthRequest.FetchSession;
import walletsync.server.auth.AuthRequest.IssueTicket;
import walletsync.server.auth.AuthRequest.LogIn;
import walletsync.server.auth.AuthRequest.RedeemTicket;
import walletsync.server.auth.AuthRequest.ResendVerification;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.auth.AuthRequest.SignUp;
import walletsync.server.auth.AuthRequest.Verify;
import walletsync.server.bus.Bus;
import walletsync.server.http.Answer.Header;
import walletsync.server.wallet.Fetched;
import walletsync.server.wallet.Saved;
import walletsync.server.wallet.WalletRequest.FetchWallet;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/**
 * Every endpoint, one method each: reads the request, asks the bus, makes the answer. Refusals are
 * thrown, and become answers in {@link Failures}.
 */
final class Api {
  private static final CharSequence ETAG = HttpHeaders.createOptimized("ETag");
  private static final Header PRIVATE = Header.of("Cache-Control", "private, no-cache");

  private final Bus bus;
  private final SocketEntrance websockets;
  private final RequestBody bodies;
  private final Failures failures;
  private final boolean verifiesByMail;

  /**
   * @param verifiesByMail whether accounts wait for the link in a mail
   */
  Api(
      Bus bus,
      SocketEntrance websockets,
      RequestBody bodies,
      Failures failures,
      boolean verifiesByMail) {
    this.bus = bus;
    this.websockets = websockets;
    this.bodies = bodies;
    this.failures = failures;
    this.verifiesByMail = verifiesByMail;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get(ApiPaths.WALLET, this::getWallet),
        Endpoint.post(ApiPaths.WALLET, this::postWallet),
        Endpoint.post(ApiPaths.AUTH_FULL, this::logIn),
        Endpoint.get(ApiPaths.WEBSOCKET, this::openWebsocket),
        Endpoint.post(ApiPaths.WEBSOCKET_TICKET, this::issueTicket),
        Endpoint.get(ApiPaths.CLIENT_SALT_SEED, this::getClientSaltSeed),
        Endpoint.post(ApiPaths.SIGN_UP, this::signUp),
        Endpoint.post(ApiPaths.PASSWORD, this::changePassword),
        Endpoint.get(ApiPaths.VERIFY, this::verify),
        Endpoint.post(ApiPaths.VERIFY_RESEND, this::resendVerification)
            .refusedFirst(
                verifiesByMail ? Optional.empty() : Optional.of(Refusal.NOT_EMAIL_VERIFY)));
  }

  private Future<Answer> signUp(HttpServerRequest request) {
    return body(request, SignUpBody.TYPE)
        .compose(body -> bus.ask(new SignUp(body.email(), body.password(), body.clientSaltSeed())))
        .map(signedUp -> Answer.json(201, signedUp));
  }

  private Future<Answer> logIn(HttpServerRequest request) {
    return body(request, AuthBody.TYPE)
        .compose(
            body ->
                bus.ask(new LogIn(body.email(), body.password(), body.deviceId()))
                    .map(
                        loggedIn ->
                            Answer.json(
                                    200,
                                    new TokenAnswer(
                                        loggedIn.token().reveal(),
                                        body.deviceId(),
                                        "*",
                                        loggedIn.accountId(),
                                        loggedIn.expires().toString()))
                                .with("Cache-Control", "no-store")));
  }

  /** The answer of {@code /auth/full}; {@code expiration} is an RFC 3339 time. */
  record TokenAnswer(String token, String deviceId, String scope, long userId, String expiration) {
    @Override
    public String toString() {
      return "TokenAnswer[***]";
    }
  }

  private Future<Answer> getWallet(HttpServerRequest request) {
    Secret token = requiredToken(request);
    List<EntityTag> known =
        EntityTag.parseAll(String.join(",", request.headers().getAll(HttpHeaders.IF_NONE_MATCH)));
    boolean anyWillDo = "*".equals(request.getHeader(HttpHeaders.IF_NONE_MATCH));
    return bus.ask(new FetchWallet(token, known))
        .map(
            fetched ->
                fetched instanceof Fetched.Found found && !anyWillDo
                    ? tagged(Answer.wallet(200, found.wallet()), found.tag())
                    : tagged(Answer.empty(304), fetched.tag()));
  }

  private Future<Answer> postWallet(HttpServerRequest request) {
    return body(request, WalletBody.TYPE, fields -> amendToken(request, fields))
        .compose(
            body ->
                bus.ask(new SaveWallet(body.token(), body.wallet()))
                    .map(saved -> answer(request, body.wallet(), saved)));
  }

  /** A token in the header counts like one in the body. */
  private static void amendToken(HttpServerRequest request, Fields fields) {
    Optional<String> inBody = Optional.ofNullable(fields.text("token"));
    fields.put("token", TokenReader.fromBody(request, inBody).orElse(null));
  }

  private static Answer answer(HttpServerRequest request, Wallet wallet, Saved saved) {
    if (saved instanceof Saved.Conflict conflict) {
      return Answer.json(
          409,
          ConflictAnswer.of(Refusal.BAD_SEQUENCE.error(), conflict.current(), conflict.accepted()));
    }
    EntityTag tag = ((Saved.Stored) saved).tag();
    return Prefer.minimal(request.headers())
        ? tagged(Answer.json(200, Map.of()), tag).with("Preference-Applied", "return=minimal")
        : tagged(Answer.wallet(200, wallet), tag);
  }

  /** A conflict, with what the client needs to merge without a second request. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ConflictAnswer(
      String error,
      @Nullable String encryptedWallet,
      @Nullable Long sequence,
      @Nullable String hmac,
      @Nullable Boolean accepted) {

    static ConflictAnswer of(String error, Optional<Wallet> current, boolean accepted) {
      return new ConflictAnswer(
          error,
          current.map(Wallet::encryptedWallet).orElse(null),
          current.map(Wallet::sequence).orElse(null),
          current.map(Wallet::hmac).orElse(null),
          accepted ? true : null);
    }

    @Override
    public String toString() {
      return "ConflictAnswer[***]";
    }
  }

  private Future<Answer> changePassword(HttpServerRequest request) {
    return body(request, PasswordBody.TYPE)
        .compose(
            body ->
                bus.ask(
                    new ChangePassword(
                        body.email(),
                        body.oldPassword(),
                        body.newPassword(),
                        body.clientSaltSeed(),
                        body.wallet())))
        .map(done -> Answer.json(200, Map.of()));
  }

  private Future<Answer> getClientSaltSeed(HttpServerRequest request) {
    Email email =
        new Query(request.query())
            .first("email")
            .flatMap(Api::fromBase64)
            .flatMap(Email::parse)
            .orElseThrow(() -> new InvalidRequestException(Refusal.EMAIL_PARAMETER_INVALID));
    return bus.ask(new FetchSaltSeed(email))
        .map(seed -> Answer.json(200, Map.of("clientSaltSeed", seed)));
  }

  private Future<Answer> verify(HttpServerRequest request) {
    return Future.succeededFuture(new Query(request.query()).first("verifyToken"))
        .compose(
            token ->
                bus.ask(
                    new Verify(
                        Secret.of(
                            token.orElseThrow(
                                () -> new InvalidRequestException(Refusal.VERIFY_TOKEN_MISSING))))))
        .map(done -> VerifyPage.verified(request))
        .otherwise(
            failure ->
                VerifyPage.refused(request, failures.answer(failure, RequestId.of(request))));
  }

  private Future<Answer> resendVerification(HttpServerRequest request) {
    return body(request, ResendBody.TYPE)
        .compose(body -> bus.ask(new ResendVerification(body.email())))
        .map(done -> Answer.json(200, Map.of()));
  }

  private Future<Answer> issueTicket(HttpServerRequest request) {
    // All of it may be in the header; then no body is needed.
    return bodies
        .read(request)
        .map(
            buffer -> {
              Fields fields =
                  buffer.length() == 0 ? new Fields() : Json.fields(buffer, TicketBody.TYPE);
              amendToken(request, fields);
              return TicketBody.TYPE.validate().apply(fields);
            })
        .compose(body -> bus.ask(new IssueTicket(body.token())))
        .map(
            issued ->
                Answer.json(
                        200,
                        new TicketAnswer(issued.ticket().reveal(), issued.expires().toString()))
                    .with("Cache-Control", "no-store"));
  }

  /** The answer of {@code /websocket/ticket}; {@code expiration} is an RFC 3339 time. */
  record TicketAnswer(String ticket, String expiration) {
    @Override
    public String toString() {
      return "TicketAnswer[***]";
    }
  }

  private Future<Answer> openWebsocket(HttpServerRequest request) {
    Optional<String> ticket = new Query(request.query()).first("ticket");
    Optional<String> token = TokenReader.fromQuery(request);
    if (ticket.isPresent() && token.isPresent()) {
      throw new InvalidRequestException(Refusal.CONFLICTING_TOKENS);
    }
    AuthRequest<Session> session =
        ticket.isPresent()
            ? new RedeemTicket(Secret.of(ticket.get()))
            : new FetchSession(requiredToken(request));
    return websockets.open(request, session);
  }

  private <T> Future<T> body(HttpServerRequest request, BodyType<T> type) {
    return body(request, type, fields -> {});
  }

  private <T> Future<T> body(
      HttpServerRequest request, BodyType<T> type, java.util.function.Consumer<Fields> amend) {
    Function<Buffer, T> parse =
        buffer -> {
          Fields fields = Json.fields(buffer, type);
          amend.accept(fields);
          return type.validate().apply(fields);
        };
    return bodies.read(request).map(parse);
  }

  private static Secret requiredToken(HttpServerRequest request) {
    return TokenReader.fromQuery(request)
        .map(Secret::of)
        .orElseThrow(() -> new InvalidRequestException(Refusal.TOKEN_PARAMETER_MISSING));
  }

  private static Answer tagged(Answer answer, EntityTag tag) {
    return answer.with(new Header(ETAG, tag.header()), PRIVATE);
  }

  /** Standard Base64 with its padding; line ends inside are ignored, as Python sends one. */
  private static Optional<String> fromBase64(String text) {
    String base64 = text.replace("\r", "").replace("\n", "");
    if (base64.length() % 4 != 0) {
      return Optional.empty(); // Java's decoder would not miss the padding
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
