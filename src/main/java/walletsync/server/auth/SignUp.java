package walletsync.server.auth;

import io.vertx.core.Future;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.Email;
import walletsync.protocol.Refusal;
import walletsync.protocol.Secret;
import walletsync.server.auth.AuthRequest.SignedUp;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;
import walletsync.server.mail.MailRequest.SendVerification;

/** Makes accounts, and verifies those that wait for the link in a mail. */
final class SignUp {
  private static final Logger LOG = LoggerFactory.getLogger(SignUp.class);

  private final Database database;
  private final AccountStore accounts;
  private final PasswordWorkers passwords;
  private final SignUpPolicy policy;
  private final Bus bus;
  private final Tokens tokens = new Tokens();

  SignUp(
      Database database,
      AccountStore accounts,
      PasswordWorkers passwords,
      SignUpPolicy policy,
      Bus bus) {
    this.database = database;
    this.accounts = accounts;
    this.passwords = passwords;
    this.policy = policy;
    this.bus = bus;
  }

  Future<SignedUp> signUp(AuthRequest.SignUp request) {
    Email email = request.email();
    if (!policy.allows(email)) {
      return refuse(Refusal.NOT_WHITELISTED);
    }
    Optional<Secret> verifyToken =
        policy.verifiesByMail() ? Optional.of(tokens.next()) : Optional.empty();
    return passwords
        .hash(request.password())
        .compose(
            hash ->
                database.write(
                    connection ->
                        accounts.insert(
                            connection, email, hash, request.clientSaltSeed(), verifyToken)))
        .compose(
            inserted -> {
              if (!inserted) {
                return refuse(Refusal.EMAIL_TAKEN);
              }
              if (verifyToken.isEmpty()) {
                return Future.succeededFuture(new SignedUp(true));
              }
              // The account exists whether or not the mail leaves: the person can ask for another.
              return send(email, verifyToken.get())
                  .otherwiseEmpty()
                  .map(sent -> new SignedUp(false));
            });
  }

  Future<Void> resend(AuthRequest.ResendVerification request) {
    if (!policy.verifiesByMail()) {
      return refuse(Refusal.NOT_EMAIL_VERIFY);
    }
    Secret verifyToken = tokens.next();
    return database
        .write(connection -> accounts.renewVerifyToken(connection, request.email(), verifyToken))
        .compose(
            address ->
                address.isPresent()
                    ? send(address.get(), verifyToken)
                        .recover(failure -> refuse(Refusal.MAIL_UNAVAILABLE))
                    : accounts
                        .find(database.reads(), request.email())
                        .compose(
                            account ->
                                refuse(
                                    account.isPresent()
                                        ? Refusal.ALREADY_VERIFIED
                                        : Refusal.NO_SUCH_ACCOUNT)));
  }

  Future<Void> verify(AuthRequest.Verify request) {
    return database
        .write(connection -> accounts.verify(connection, request.verifyToken()))
        .compose(
            verified ->
                verified ? Future.succeededFuture() : refuse(Refusal.VERIFY_TOKEN_NOT_FOUND));
  }

  private Future<Void> send(Email to, Secret verifyToken) {
    return bus.ask(new SendVerification(to, verifyToken))
        .onFailure(
            failure ->
                LOG.warn(
                    "A verification mail could not be sent: {}",
                    failure.getClass().getSimpleName()));
  }

  private static <T> Future<T> refuse(Refusal refusal) {
    return Future.failedFuture(new RefusedException(refusal));
  }
}
