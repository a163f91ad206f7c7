package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import walletsync.protocol.Refusal;
import walletsync.protocol.Wallet;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.BatchLimits;
import walletsync.server.db.Batcher;
import walletsync.server.db.Database;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/**
 * Saves wallets: one statement checks the token, compares the password epoch of token and head,
 * compares and sets the sequence, and keeps the version. Saves that arrive while one is under way
 * share the next. Nothing is remembered, so any number of these may work on the same database; each
 * belongs to one event loop.
 */
final class WalletWriter {
  private static final BatchLimits LIMITS =
      new BatchLimits(128, 1 << 20, 1, 2_000, waitingSize(), Duration.ofSeconds(3));

  /** After so long it is too late for another two statements: the asker would not hear of them. */
  private static final Duration LATE = Duration.ofSeconds(3);

  private final Database database;
  private final Consumer<WalletChanged> changes;
  private final Batcher<SaveWallet, Optional<Row>> saves;
  private final Batcher<SaveWallet, Optional<Row>> explanations;

  /**
   * @param changes hears of each accepted wallet, once it is committed
   */
  WalletWriter(
      Database database,
      WalletCounts counts,
      Executor loop,
      Supplier<Future<?>> recovery,
      Consumer<WalletChanged> changes) {
    this.database = database;
    this.changes = changes;
    this.saves =
        new Batcher<>(
            LIMITS,
            counts.saves(),
            loop,
            recovery,
            WalletWriter::size,
            this::saveTogether,
            this::saveAlone);
    this.explanations =
        new Batcher<>(
            LIMITS,
            counts.explanations(),
            loop,
            recovery,
            WalletWriter::size,
            this::explainTogether,
            this::explainAlone);
  }

  /** See {@link SaveWallet}. */
  Future<Saved> save(SaveWallet request) {
    long begun = System.nanoTime();
    return saves
        .submit(request)
        .compose(
            stored ->
                stored.isPresent()
                    ? stored(request)
                    : explain(request, System.nanoTime() - begun < LATE.toNanos()));
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

  private Future<Optional<Row>> saveAlone(SaveWallet request) {
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

  private Future<List<Optional<Row>>> saveTogether(List<SaveWallet> requests) {
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
      SELECT h.account_id, h.sequence, v.encrypted_wallet, v.hmac,
             EXISTS (SELECT FROM wallet_versions m
                     WHERE m.account_id = h.account_id AND m.sequence = $2
                       AND m.hmac = $4 AND m.encrypted_wallet = $3) AS mine
      FROM auth_tokens t
      JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
      LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
      WHERE t.token_hash = $1 AND t.expires > now()
      """;

  private Future<Optional<Row>> explainAlone(SaveWallet request) {
    Wallet wallet = request.wallet();
    Tuple parameters =
        Tuple.of(
            request.token().sha256(), wallet.sequence(), wallet.encryptedWallet(), wallet.hmac());
    return database
        .read(client -> client.preparedQuery(EXPLAIN).execute(parameters))
        .map(Rows::first);
  }

  private static final String EXPLAIN_TOGETHER =
      """
      SELECT b.ord, w.*
      FROM unnest($1::bytea[], $2::bigint[], $3::text[], $4::text[])
           WITH ORDINALITY AS b(token_hash, sequence, wallet, hmac, ord)
      CROSS JOIN LATERAL (
        SELECT h.account_id, h.sequence, v.encrypted_wallet, v.hmac,
               EXISTS (SELECT FROM wallet_versions m
                       WHERE m.account_id = h.account_id AND m.sequence = b.sequence
                         AND m.hmac = b.hmac AND m.encrypted_wallet = b.wallet) AS mine
        FROM auth_tokens t
        JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
        LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
        WHERE t.token_hash = b.token_hash AND t.expires > now()
        OFFSET 0
      ) w
      """;

  private Future<List<Optional<Row>>> explainTogether(List<SaveWallet> requests) {
    Tuple parameters = columns(requests);
    return database
        .read(client -> client.preparedQuery(EXPLAIN_TOGETHER).execute(parameters))
        .map(rows -> Rows.inOrder(rows, requests.size()));
  }

  /**
   * Says why a save stored nothing. This must be a statement of its own, begun after the save: in
   * the save's snapshot a loser that waited for the winner would be told the sequence from before,
   * and a retry of a save still under way would look like a conflict.
   *
   * @param mayTryAgain whether a wallet that would be the next one is saved now, alone: its head
   *     was held by somebody else, or another save of the account was in the same batch
   */
  private Future<Saved> explain(SaveWallet request, boolean mayTryAgain) {
    return explanations
        .submit(request)
        .compose(
            found -> {
              Row row = found.orElseThrow(() -> new RefusedException(Refusal.TOKEN_NOT_FOUND));
              long sequence = row.getLong("sequence");
              boolean mine = row.getBoolean("mine");
              if (mine && sequence == request.wallet().sequence()) {
                // The answer to the first try was lost, and its announcement perhaps with it.
                // Sockets that have heard of this sequence are not told again.
                announce(request, found);
                return confirm(request, row.getLong("account_id"), mayTryAgain);
              }
              if (sequence == request.wallet().sequence() - 1) {
                if (!mayTryAgain) {
                  throw new RefusedException(Refusal.UNAVAILABLE);
                }
                return saveAlone(request)
                    .compose(
                        again -> again.isPresent() ? stored(request) : explain(request, false));
              }
              return Future.succeededFuture(
                  new Saved.Conflict(
                      sequence == 0 ? Optional.empty() : Optional.of(Rows.wallet(row)), mine));
            });
  }

  private static final String CONFIRM =
      """
      UPDATE wallet_heads SET digest = digest WHERE account_id = $1 AND sequence = $2
      RETURNING account_id
      """;

  /**
   * Answers a retry of a save that is there. To have read it promises nothing: where the wait for a
   * synchronous standby was cancelled, only this node may have it, and a fail-over would lose it. A
   * commit of our own comes after it in the log, so that to wait for the one is to wait for both.
   */
  private Future<Saved> confirm(SaveWallet request, long accountId, boolean mayAskAgain) {
    return database
        .write(
            client ->
                client
                    .preparedQuery(CONFIRM)
                    .execute(Tuple.of(accountId, request.wallet().sequence())))
        .compose(
            rows -> {
              if (rows.size() == 1) {
                return stored(request);
              }
              // Somebody has built upon it since.
              return mayAskAgain
                  ? explain(request, false)
                  : Future.failedFuture(new RefusedException(Refusal.UNAVAILABLE));
            });
  }

  private void announce(SaveWallet request, Optional<Row> row) {
    row.ifPresent(
        stored ->
            changes.accept(
                new WalletChanged(stored.getLong("account_id"), request.wallet().sequence())));
  }

  private static Future<Saved> stored(SaveWallet request) {
    return Future.succeededFuture(new Saved.Stored(request.tag()));
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

  /** A share of the heap for those that wait on each event loop. */
  private static long waitingSize() {
    Runtime runtime = Runtime.getRuntime();
    return Math.max(16 << 20, runtime.maxMemory() / 8 / runtime.availableProcessors());
  }

  private static int size(SaveWallet request) {
    return request.wallet().encryptedWallet().length() + request.wallet().hmac().length();
  }
}
