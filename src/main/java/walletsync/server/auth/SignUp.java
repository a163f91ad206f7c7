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
import walletsync.server.mail.MailRequest.Outcome;
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
              return send(email, verifyToken.get()).map(outcome -> new SignedUp(false));
            });
  }

  Future<Void> resend(AuthRequest.ResendVerification request) {
    if (!policy.verifiesByMail()) {
      return refuse(Refusal.NOT_EMAIL_VERIFY);
    }
    Secret verifyToken = tokens.next();
    return database
        .write(connection -> accounts.addLink(connection, request.email(), verifyToken))
        .compose(
            address ->
                address.isPresent()
                    ? resend(address.get(), verifyToken)
                    : whyNot(request.email()).compose(SignUp::refuse));
  }

  /** The link is stored before its mail leaves: it must work however fast somebody opens it. */
  private Future<Void> resend(Email to, Secret verifyToken) {
    return send(to, verifyToken)
        .compose(
            outcome ->
                switch (outcome) {
                  case SENT ->
                      database.write(connection -> accounts.promoteLink(connection, verifyToken));
                  case NOT_SENT ->
                      database
                          .write(connection -> accounts.withdrawLink(connection, verifyToken))
                          .transform(withdrawn -> refuse(Refusal.MAIL_UNAVAILABLE));
                  case UNKNOWN -> refuse(Refusal.MAIL_UNAVAILABLE);
                });
  }

  private Future<Refusal> whyNot(Email email) {
    return database
        .read(client -> accounts.find(client, email))
        .map(
            account ->
                account.isEmpty()
                    ? Refusal.NO_SUCH_ACCOUNT
                    : account.get().verified() ? Refusal.ALREADY_VERIFIED : Refusal.TOO_MANY_MAILS);
  }

  Future<Void> verify(AuthRequest.Verify request) {
    return database
        .write(connection -> accounts.verify(connection, request.verifyToken()))
        .compose(
            verified ->
                verified ? Future.succeededFuture() : refuse(Refusal.VERIFY_TOKEN_NOT_FOUND));
  }

  private Future<Outcome> send(Email to, Secret verifyToken) {
    return bus.ask(new SendVerification(to, verifyToken))
        .otherwise(
            failure -> {
              LOG.warn("Nobody sends mails: {}", failure.getClass().getSimpleName());
              return Outcome.UNKNOWN;
            });
  }

  private static <T> Future<T> refuse(Refusal refusal) {
    return Future.failedFuture(new RefusedException(refusal));
  }
}
