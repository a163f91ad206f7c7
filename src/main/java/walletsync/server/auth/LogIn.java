package walletsync.server.auth;

import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.Email;
import walletsync.protocol.Refusal;
import walletsync.protocol.Secret;
import walletsync.server.auth.AuthRequest.LoggedIn;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;

/** Gives tokens to devices whose person knows the password. */
final class LogIn {
  private static final Logger LOG = LoggerFactory.getLogger(LogIn.class);

  private final Database database;
  private final AccountStore accounts;
  private final TokenStore tokenStore;
  private final PasswordWorkers passwords;
  private final Tokens tokens = new Tokens();

  LogIn(
      Database database, AccountStore accounts, TokenStore tokenStore, PasswordWorkers passwords) {
    this.database = database;
    this.accounts = accounts;
    this.tokenStore = tokenStore;
    this.passwords = passwords;
  }

  Future<LoggedIn> logIn(AuthRequest.LogIn request) {
    return authenticate(request.email(), request.password())
        .compose(
            account -> {
              Secret token = tokens.next();
              return database
                  .write(
                      connection ->
                          tokenStore.replace(connection, account, request.deviceId(), token))
                  .map(
                      expires ->
                          expires
                              .map(end -> new LoggedIn(token, account.id(), end))
                              // The password was changed, or the account disabled, since.
                              .orElseThrow(() -> new RefusedException(Refusal.NO_MATCH)))
                  .compose(
                      loggedIn -> upgradeHash(account, request.password()).map(done -> loggedIn));
            });
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
