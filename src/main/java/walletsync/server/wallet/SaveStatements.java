package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import walletsync.protocol.Wallet;
import walletsync.server.db.Database;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/** The statements with which {@link WalletWriter} saves, alone or together. */
final class SaveStatements {
  /** A wallet that an account was found to have. */
  record Found(long accountId, Wallet wallet) {}

  private final Database database;
  private final Consumer<WalletChanged> changes;

  /**
   * @param changes hears of each accepted wallet, once it is committed
   */
  SaveStatements(Database database, Consumer<WalletChanged> changes) {
    this.database = database;
    this.changes = changes;
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

  /** Saves one wallet; waits for whoever holds its head. The row is missing if it was not next. */
  Future<Optional<Row>> save(SaveWallet request) {
    Wallet wallet = request.wallet();
    Tuple parameters =
        Tuple.of(
            request.token().sha256(),
            wallet.sequence(),
            wallet.encryptedWallet(),
            wallet.hmac(),
            request.tag().digest());
    return database.write(
        client ->
            client
                .preparedQuery(SAVE)
                .execute(parameters)
                .map(Rows::first)
                // Now it is committed, whatever is said of it later.
                .onSuccess(row -> announce(request, row)));
  }

  /**
   * At most one save of each account, the first that came. A head that somebody else holds is
   * skipped: to wait for one would hold up all, and two batches that wait for each other would be a
   * deadlock.
   */
  private static final String SAVE_TOGETHER =
      """
      WITH b AS (
        SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
                      WITH ORDINALITY AS b(token_hash, sequence, wallet, hmac, digest, ord)
      ), c AS MATERIALIZED (
        SELECT DISTINCT ON (t.account_id)
               t.account_id, t.epoch, b.sequence, b.wallet, b.hmac, b.digest, b.ord
        FROM b CROSS JOIN LATERAL (
          SELECT account_id, epoch FROM auth_tokens
          WHERE token_hash = b.token_hash AND expires > now()
          OFFSET 0
        ) t
        ORDER BY t.account_id, b.ord
      ), l AS MATERIALIZED (
        SELECT c.* FROM c JOIN wallet_heads h ON h.account_id = c.account_id
        WHERE h.epoch = c.epoch AND h.sequence = c.sequence - 1
        ORDER BY h.account_id
        FOR NO KEY UPDATE OF h SKIP LOCKED
      ), u AS (
        UPDATE wallet_heads h SET sequence = l.sequence, digest = l.digest
        FROM l
        WHERE h.account_id = l.account_id AND h.epoch = l.epoch AND h.sequence = l.sequence - 1
        RETURNING h.account_id, h.sequence, h.epoch, l.wallet, l.hmac, l.ord
      ), v AS (
        INSERT INTO wallet_versions (account_id, sequence, epoch, encrypted_wallet, hmac)
        SELECT account_id, sequence, epoch, wallet, hmac FROM u
      )
      SELECT ord, account_id FROM u
      """;

  /** Saves several, each as {@link #save} but without waiting. */
  Future<List<Optional<Row>>> save(List<SaveWallet> requests) {
    int count = requests.size();
    Tuple parameters = columns(requests);
    Long[] digests = new Long[count];
    for (int i = 0; i < count; i++) {
      digests[i] = requests.get(i).tag().digest();
    }
    parameters.addArrayOfLong(digests);
    return database.write(
        client ->
            client
                .preparedQuery(SAVE_TOGETHER)
                .execute(parameters)
                .map(rows -> Rows.inOrder(rows, count))
                .onSuccess(
                    rows -> {
                      for (int i = 0; i < count; i++) {
                        announce(requests.get(i), rows.get(i));
                      }
                    }));
  }

  private static final String EXPLAIN =
      """
      SELECT h.account_id, h.sequence, false AS large, v.encrypted_wallet, v.hmac,
             EXISTS (SELECT FROM wallet_versions m
                     WHERE m.account_id = h.account_id AND m.sequence = $2
                       AND m.hmac = $4 AND m.encrypted_wallet = $3) AS mine
      FROM auth_tokens t
      JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
      LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
      WHERE t.token_hash = $1 AND t.expires > now()
      """;

  /** Reads why a save stored nothing. The row is missing if the token is good for nothing. */
  Future<Optional<Row>> explain(SaveWallet request) {
    Wallet wallet = request.wallet();
    Tuple parameters =
        Tuple.of(
            request.token().sha256(), wallet.sequence(), wallet.encryptedWallet(), wallet.hmac());
    return database
        .read(client -> client.preparedQuery(EXPLAIN).execute(parameters))
        .map(Rows::first);
  }

  /** Large wallets are left out, and read alone, so that a batch's answer stays small. */
  private static final String EXPLAIN_TOGETHER =
      """
      SELECT b.ord, w.*
      FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[])
           WITH ORDINALITY AS b(token_hash, sequence, wallet, hmac, ord)
      CROSS JOIN LATERAL (
        SELECT h.account_id, h.sequence, coalesce(v.bytes > 65536, false) AS large,
               CASE WHEN v.bytes <= 65536 THEN v.encrypted_wallet END AS encrypted_wallet,
               CASE WHEN v.bytes <= 65536 THEN v.hmac END AS hmac,
               EXISTS (SELECT FROM wallet_versions m
                       WHERE m.account_id = h.account_id AND m.sequence = b.sequence
                         AND m.hmac = b.hmac AND m.encrypted_wallet = b.wallet) AS mine
        FROM auth_tokens t
        JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
        LEFT JOIN LATERAL (
          SELECT encrypted_wallet, hmac, octet_length(encrypted_wallet) + octet_length(hmac) AS bytes
          FROM wallet_versions WHERE account_id = h.account_id AND sequence = h.sequence
          OFFSET 0
        ) v ON true
        WHERE t.token_hash = b.token_hash AND t.expires > now()
        OFFSET 0
      ) w
      """;

  /** Reads that of several; of those with {@code large}, the wallet is left out. */
  Future<List<Optional<Row>>> explain(List<SaveWallet> requests) {
    Tuple parameters = columns(requests);
    return database
        .read(client -> client.preparedQuery(EXPLAIN_TOGETHER).execute(parameters))
        .map(rows -> Rows.inOrder(rows, requests.size()));
  }

  private static final String CONFIRM =
      """
      WITH m AS MATERIALIZED (
        SELECT pg_logical_emit_message(true, 'wallet-sync-server', '') AS message
      )
      SELECT c.ord
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
           WITH ORDINALITY AS c(account_id, sequence, wallet, hmac, ord)
      WHERE (SELECT message FROM m) IS NOT NULL
        AND EXISTS (SELECT FROM wallet_versions v
                    WHERE v.account_id = c.account_id AND v.sequence = c.sequence
                      AND v.hmac = c.hmac AND v.encrypted_wallet = c.wallet
                    OFFSET 0)
      """;

  /**
   * Finds wallets that were read, where writes go, and commits something that means nothing. That
   * comes after all that was committed there before in the log; so where a commit waits for a
   * synchronous standby, this waits for all of that, too. A row is missing where the wallet is not
   * there: it was read from what was the primary once.
   */
  Future<List<Optional<Row>>> confirm(List<Found> found) {
    int count = found.size();
    Long[] accounts = new Long[count];
    Long[] sequences = new Long[count];
    String[] wallets = new String[count];
    String[] hmacs = new String[count];
    for (int i = 0; i < count; i++) {
      accounts[i] = found.get(i).accountId();
      Wallet wallet = found.get(i).wallet();
      sequences[i] = wallet.sequence();
      wallets[i] = wallet.encryptedWallet();
      hmacs[i] = wallet.hmac();
    }
    Tuple parameters = Tuple.of(accounts, sequences, wallets, hmacs);
    return database
        .write(client -> client.preparedQuery(CONFIRM).execute(parameters))
        .map(rows -> Rows.inOrder(rows, count))
        .onSuccess(
            rows -> {
              if (rows.stream().anyMatch(Optional::isEmpty)) {
                database.doubt();
              }
            });
  }

  void announce(SaveWallet request, Optional<Row> row) {
    row.ifPresent(
        stored ->
            changes.accept(
                new WalletChanged(stored.getLong("account_id"), request.wallet().sequence())));
  }

  private static Tuple columns(List<SaveWallet> requests) {
    int count = requests.size();
    Buffer[] tokens = new Buffer[count];
    Long[] sequences = new Long[count];
    String[] wallets = new String[count];
    String[] hmacs = new String[count];
    for (int i = 0; i < count; i++) {
      Wallet wallet = requests.get(i).wallet();
      tokens[i] = Buffer.buffer(requests.get(i).token().sha256());
      sequences[i] = wallet.sequence();
      wallets[i] = wallet.encryptedWallet();
      hmacs[i] = wallet.hmac();
    }
    return Tuple.of(tokens, sequences, wallets, hmacs);
  }
}
