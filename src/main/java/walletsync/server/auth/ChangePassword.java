package walletsync.server.auth;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.concurrent.TimeUnit;
import walletsync.protocol.Refusal;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.wallet.WalletRekeying;

/**
 * Changes an account's password, and its wallet with it, in one transaction over accounts, tokens
 * and heads. Rows are locked in that order, as everywhere.
 */
final class ChangePassword {
  /** With the longest transaction this is still less than the bus waits. */
  private static final long LATEST_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);

  private final Database database;
  private final AccountStore accounts;
  private final TokenStore tokens;
  private final LogIn logIn;
  private final PasswordWorkers passwords;
  private final Bus bus;

  ChangePassword(
      Database database,
      AccountStore accounts,
      TokenStore tokens,
      LogIn logIn,
      PasswordWorkers passwords,
      Bus bus) {
    this.database = database;
    this.accounts = accounts;
    this.tokens = tokens;
    this.logIn = logIn;
    this.passwords = passwords;
    this.bus = bus;
  }

  Future<Void> change(AuthRequest.ChangePassword request) {
    long began = System.nanoTime();
    // Hashing comes before the transaction: it would hold locks for as long as it takes.
    return logIn
        .authenticate(request.email(), request.oldPassword())
        .compose(
            account ->
                passwords
                    .hash(request.newPassword())
                    .compose(
                        hash -> {
                          requireTime(began);
                          return database.transaction(
                              transaction -> change(transaction, account, hash, request),
                              epoch -> bus.publish(new PasswordChanged(account.id(), epoch)));
                        }))
        .mapEmpty();
  }

  /**
   * A change must not be committed when its client was told already to try again: that would be
   * with the old password.
   */
  private static void requireTime(long began) {
    if (System.nanoTime() - began > LATEST_NANOS) {
      throw new RefusedException(Refusal.TOO_MANY_LOGINS);
    }
  }

  /**
   * READ COMMITTED and separate statements: in one statement, with one snapshot, the deletion would
   * miss a token that was committed just before.
   */
  private Future<Long> change(
      SqlClient transaction, Account account, String hash, AuthRequest.ChangePassword request) {
    return accounts
        .changePassword(transaction, account, hash, request.clientSaltSeed())
        .map(epoch -> epoch.orElseThrow(() -> new RefusedException(Refusal.NO_MATCH)))
        .compose(
            epoch ->
                tokens
                    .deleteAll(transaction, account.id())
                    .compose(deleted -> takeWalletAlong(transaction, account, epoch, request))
                    .map(done -> epoch));
  }

  private Future<Void> takeWalletAlong(
      SqlClient transaction, Account account, long epoch, AuthRequest.ChangePassword request) {
    Future<Boolean> taken =
        request
            .wallet()
            .map(wallet -> WalletRekeying.reencrypt(transaction, account.id(), epoch, wallet))
            .orElseGet(() -> WalletRekeying.carryOver(transaction, account.id(), epoch));
    Refusal otherwise =
        request.wallet().isPresent() ? Refusal.BAD_SEQUENCE_OR_NO_WALLET : Refusal.WALLET_NEEDED;
    return taken.compose(
        done ->
            done ? Future.succeededFuture() : Future.failedFuture(new RefusedException(otherwise)));
  }
}
