package walletsync.server.auth;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.Email;
import walletsync.protocol.Refusal;
import walletsync.protocol.Secret;
import walletsync.server.auth.AuthRequest.LoggedIn;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;
import walletsync.server.metrics.Metrics;
import walletsync.server.notify.AccountEvent.SessionsRevoked;

/**
 * Gives tokens to devices whose person knows the password. An account has a limited number of
 * sessions; one more takes the place of that which would expire first.
 */
final class LogIn {
  private static final Logger LOG = LoggerFactory.getLogger(LogIn.class);

  private final Database database;
  private final AccountStore accounts;
  private final TokenStore tokenStore;
  private final PasswordWorkers passwords;
  private final Bus bus;
  private final Counter displaced;
  private final Tokens tokens = new Tokens();

  /**
   * A token that was stored.
   *
   * @param displaced how many sessions of other devices ended for it
   */
  private record Stored(Instant expires, int displaced) {}

  LogIn(
      Database database,
      AccountStore accounts,
      TokenStore tokenStore,
      PasswordWorkers passwords,
      Bus bus,
      Metrics metrics) {
    this.database = database;
    this.accounts = accounts;
    this.tokenStore = tokenStore;
    this.passwords = passwords;
    this.bus = bus;
    this.displaced =
        metrics.counter("sessions.displaced", "Sessions that ended as their account had too many");
  }

  Future<LoggedIn> logIn(AuthRequest.LogIn request) {
    return authenticate(request.email(), request.password())
        .compose(
            account -> {
              Secret token = tokens.next();
              return database
                  .transaction(
                      transaction -> store(transaction, account, request.deviceId(), token),
                      stored -> tellOfDisplaced(account, stored.displaced()))
                  .map(stored -> new LoggedIn(token, account.id(), stored.expires()))
                  .compose(
                      loggedIn -> upgradeHash(account, request.password()).map(done -> loggedIn));
            });
  }

  private Future<Stored> store(
      SqlClient transaction, Account account, String deviceId, Secret token) {
    return tokenStore
        .replace(transaction, account, deviceId, token)
        .compose(
            expires ->
                expires.isEmpty()
                    // The password was changed, or the account disabled, since it matched.
                    ? Future.failedFuture(new RefusedException(Refusal.NO_MATCH))
                    : tokenStore
                        .endSurplus(transaction, account, deviceId)
                        .map(ended -> new Stored(expires.get(), ended)));
  }

  /** Their websockets are closed, here and elsewhere. */
  private void tellOfDisplaced(Account account, int sessions) {
    if (sessions > 0) {
      displaced.increment(sessions);
      bus.publish(new SessionsRevoked(account.id()));
    }
  }

  /** The account whose password this is. Refused with {@code NO_MATCH} or {@code NOT_VERIFIED}. */
  Future<Account> authenticate(Email email, Secret password) {
    return database
        .read(client -> accounts.find(client, email))
        .compose(
            account ->
                passwords
                    .verify(account, password)
                    .map(
                        matches -> {
                          // A disabled account answers as one that is not there: existing clients
                          // know no other refusal that fits, and strangers learn nothing.
                          return account
                              .filter(found -> matches && !found.disabled())
                              .orElseThrow(() -> new RefusedException(Refusal.NO_MATCH));
                        }))
        .map(
            account -> {
              if (!account.verified()) {
                throw new RefusedException(Refusal.NOT_VERIFIED);
              }
              return account;
            });
  }

  /** Only here is the password at hand. Nobody's login fails because this does. */
  private Future<Void> upgradeHash(Account account, Secret password) {
    if (!PasswordHash.isOutdated(account.passwordHash())) {
      return Future.succeededFuture();
    }
    return passwords
        .hash(password)
        .compose(
            hash -> database.write(connection -> accounts.upgradeHash(connection, account, hash)))
        // Not the exception itself: one of the database may quote the row.
        .onFailure(
            failure ->
                LOG.info(
                    "A password hash was not upgraded: {}", failure.getClass().getSimpleName()))
        .otherwiseEmpty();
  }
}
