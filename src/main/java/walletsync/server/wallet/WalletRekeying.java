package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import walletsync.protocol.Wallet;

/** What a password change does to the wallet, within the transaction of that change. */
public final class WalletRekeying {
  private WalletRekeying() {}

  private static final String CARRY_OVER =
      "UPDATE wallet_heads SET epoch = $2 WHERE account_id = $1 AND sequence = 0";

  /**
   * Takes an account without a wallet into the next password epoch.
   *
   * @param transaction the password change
   * @return whether the account has no wallet; if it has one, nothing was done
   */
  public static Future<Boolean> carryOver(SqlClient transaction, long accountId, long epoch) {
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
  public static Future<Boolean> reencrypt(
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
}
