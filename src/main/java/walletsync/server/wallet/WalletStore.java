package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.function.Consumer;
import walletsync.protocol.EntityTag;
import walletsync.protocol.Refusal;
import walletsync.protocol.Wallet;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.wallet.WalletRequest.FetchWallet;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/**
 * The wallets in Postgres: a narrow head for each account, and every accepted version behind it.
 *
 * <p>Each operation is decided by one statement, which checks the token, compares the password
 * epoch of token and head, and compares and sets the sequence. Nothing is remembered here, so any
 * number of these may work on the same database.
 */
public final class WalletStore {
  private final Database database;
  private final Consumer<WalletChanged> changes;

  /**
   * @param changes hears of each accepted wallet, once it is committed
   */
  public WalletStore(Database database, Consumer<WalletChanged> changes) {
    this.database = database;
    this.changes = changes;
  }

  private static final String FETCH =
      """
      SELECT h.sequence, h.digest, v.encrypted_wallet, v.hmac
      FROM auth_tokens t
      JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
      LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
           AND NOT (h.sequence = $2 AND h.digest = $3)
      WHERE t.token_hash = $1 AND t.expires > now()
      """;

  /** See {@link FetchWallet}. A wallet that the client knows does not even leave the database. */
  public Future<Fetched> fetch(FetchWallet request) {
    EntityTag known = request.known().isEmpty() ? new EntityTag(0, 0) : request.known().get(0);
    Tuple parameters = Tuple.of(request.token().sha256(), known.sequence(), known.digest());
    return database
        .read(client -> client.preparedQuery(FETCH).execute(parameters))
        .map(
            rows -> {
              Row row =
                  first(rows).orElseThrow(() -> new RefusedException(Refusal.TOKEN_NOT_FOUND));
              EntityTag tag = new EntityTag(row.getLong("sequence"), row.getLong("digest"));
              if (tag.sequence() == 0) {
                throw new RefusedException(Refusal.NO_WALLET);
              }
              return request.known().contains(tag)
                  ? new Fetched.NotModified(tag)
                  : new Fetched.Found(wallet(row), tag);
            });
  }

  private static final String SAVE =
      """
      WITH t AS (
        SELECT account_id, epoch FROM auth_tokens WHERE token_hash = $1 AND expires > now()
      ), h AS (
        UPDATE wallet_heads h SET sequence = $2, digest = $5 FROM t
        WHERE h.account_id = t.account_id AND h.epoch = t.epoch AND h.sequence = $2::bigint - 1
        RETURNING h.account_id, h.sequence, h.epoch
      )
      INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
      SELECT account_id, sequence, epoch, $3, $4 FROM h
      RETURNING account_id
      """;

  /** See {@link SaveWallet}. */
  public Future<Saved> save(SaveWallet request) {
    Wallet wallet = request.wallet();
    Tuple parameters =
        Tuple.of(
            request.token().sha256(),
            wallet.sequence(),
            wallet.encryptedWallet(),
            wallet.hmac(),
            wallet.entityTag().digest());
    return database
        .write(
            connection ->
                connection
                    .preparedQuery(SAVE)
                    .execute(parameters)
                    .map(rows -> first(rows).map(row -> row.getLong("account_id")))
                    // Now it is committed, whatever is said of it later.
                    .onSuccess(
                        account ->
                            account.ifPresent(
                                id -> changes.accept(new WalletChanged(id, wallet.sequence())))))
        .compose(
            account ->
                account.isPresent()
                    ? Future.succeededFuture(new Saved.Stored())
                    : explain(request));
  }

  private static final String EXPLAIN =
      """
      SELECT h.account_id, h.sequence, v.encrypted_wallet, v.hmac,
             EXISTS (SELECT FROM wallet_versions m
                     WHERE m.account_id = h.account_id AND m.sequence = $2
                       AND m.hmac = $4 AND m.encrypted_wallet = $3) AS mine
      FROM auth_tokens t
      JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
      LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
      WHERE t.token_hash = $1 AND t.expires > now()
      """;

  /**
   * Says why a save stored nothing. This must be a statement of its own, begun after the save: in
   * the save's snapshot a loser that waited for the winner would be told the sequence from before,
   * and a retry of a save still under way would look like a conflict.
   */
  private Future<Saved> explain(SaveWallet request) {
    Wallet wallet = request.wallet();
    Tuple parameters =
        Tuple.of(
            request.token().sha256(), wallet.sequence(), wallet.encryptedWallet(), wallet.hmac());
    return database
        .read(client -> client.preparedQuery(EXPLAIN).execute(parameters))
        .map(
            rows -> {
              Row row =
                  first(rows).orElseThrow(() -> new RefusedException(Refusal.TOKEN_NOT_FOUND));
              long sequence = row.getLong("sequence");
              boolean mine = row.getBoolean("mine");
              if (mine && sequence == wallet.sequence()) {
                // The answer to the first try was lost, and its announcement perhaps with it.
                // Sockets that have heard of this sequence are not told again.
                changes.accept(new WalletChanged(row.getLong("account_id"), sequence));
                return new Saved.Stored();
              }
              return new Saved.Conflict(
                  sequence == 0 ? Optional.empty() : Optional.of(wallet(row)), mine);
            });
  }

  private static final String CARRY_OVER =
      "UPDATE wallet_heads SET epoch = $2 WHERE account_id = $1 AND sequence = 0";

  /**
   * Takes an account without a wallet into the next password epoch.
   *
   * @param transaction the password change
   * @return whether the account has no wallet; if it has one, nothing was done
   */
  public Future<Boolean> carryOver(SqlClient transaction, long accountId, long epoch) {
    return transaction
        .preparedQuery(CARRY_OVER)
        .execute(Tuple.of(accountId, epoch))
        .map(rows -> rows.rowCount() == 1);
  }

  private static final String REENCRYPT =
      """
      WITH h AS (
        UPDATE wallet_heads SET sequence = $2, epoch = $3, digest = $6
        WHERE account_id = $1 AND sequence = $2::bigint - 1 AND sequence > 0
        RETURNING account_id, sequence, epoch
      )
      INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
      SELECT account_id, sequence, epoch, $4, $5 FROM h
      RETURNING account_id
      """;

  /**
   * Stores the wallet under its new keys and takes the account into the next password epoch.
   *
   * @param transaction the password change
   * @return whether the sequence was the next one of an existing wallet; if not, nothing was done
   */
  public Future<Boolean> reencrypt(
      SqlClient transaction, long accountId, long epoch, Wallet wallet) {
    return transaction
        .preparedQuery(REENCRYPT)
        .execute(
            Tuple.of(
                accountId,
                wallet.sequence(),
                epoch,
                wallet.encryptedWallet(),
                wallet.hmac(),
                wallet.entityTag().digest()))
        .map(rows -> rows.size() == 1);
  }

  private static Wallet wallet(Row row) {
    return new Wallet(
        row.getString("encrypted_wallet"), row.getLong("sequence"), row.getString("hmac"));
  }

  private static Optional<Row> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
  }
}
