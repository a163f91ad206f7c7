package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import walletsync.protocol.EntityTag;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.BatchCounts;
import walletsync.server.db.BatchLimits;
import walletsync.server.db.Batcher;
import walletsync.server.db.Database;
import walletsync.server.wallet.WalletRequest.FetchWallet;

/**
 * Reads wallets: one statement checks the token, compares the password epoch of token and head, and
 * fetches the wallet. Reads that arrive while one is under way share the next. Nothing is
 * remembered, so any number of these may work on the same database; each belongs to one event loop.
 */
final class WalletReader {
  private static final BatchLimits LIMITS =
      new BatchLimits(64, 64, 1, 2_000, 2_000, Duration.ofSeconds(3));

  private final Database database;
  private final Batcher<FetchWallet, Optional<Row>> batcher;

  WalletReader(Database database, BatchCounts counts, Executor loop, Supplier<Future<?>> recovery) {
    this.database = database;
    this.batcher =
        new Batcher<>(
            LIMITS, counts, loop, recovery, request -> 1, this::readTogether, this::readAlone);
  }

  /** See {@link FetchWallet}. */
  Future<Fetched> fetch(FetchWallet request) {
    return batcher
        .submit(request)
        .compose(
            row ->
                row.filter(WalletReader::isLarge).isPresent()
                    ? readAlone(request)
                    : Future.succeededFuture(row))
        .map(row -> answer(request, row));
  }

  private static Fetched answer(FetchWallet request, Optional<Row> found) {
    Row row = found.orElseThrow(() -> new RefusedException(Refusal.TOKEN_NOT_FOUND));
    EntityTag tag = new EntityTag(row.getLong("sequence"), row.getLong("digest"));
    if (tag.sequence() == 0) {
      throw new RefusedException(Refusal.NO_WALLET);
    }
    return request.known().contains(tag)
        ? new Fetched.NotModified(tag)
        : new Fetched.Found(Rows.wallet(row), tag);
  }

  /** A wallet that the client knows does not even leave the database. */
  private static final String READ =
      """
      SELECT h.sequence, h.digest, v.encrypted_wallet, v.hmac, false AS large
      FROM auth_tokens t
      JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
      LEFT JOIN wallet_versions v ON v.account_id = h.account_id AND v.sequence = h.sequence
           AND NOT (h.sequence = $2 AND h.digest = $3)
      WHERE t.token_hash = $1 AND t.expires > now()
      """;

  private Future<Optional<Row>> readAlone(FetchWallet request) {
    EntityTag known = known(request);
    Tuple parameters = Tuple.of(request.token().sha256(), known.sequence(), known.digest());
    return database.read(client -> client.preparedQuery(READ).execute(parameters)).map(Rows::first);
  }

  /**
   * OFFSET 0 keeps the planner from anything but one look into each index for each token. Large
   * wallets are left out, and read alone, so that a batch's answer stays small.
   */
  private static final String READ_TOGETHER =
      """
      SELECT b.ord, h.sequence, h.digest, coalesce(v.bytes > 65536, false) AS large,
             CASE WHEN v.bytes <= 65536 THEN v.encrypted_wallet END AS encrypted_wallet,
             CASE WHEN v.bytes <= 65536 THEN v.hmac END AS hmac
      FROM unnest($1::bytea[], $2::bigint[], $3::bigint[])
           WITH ORDINALITY AS b(token_hash, sequence, digest, ord)
      CROSS JOIN LATERAL (
        SELECT h.account_id, h.sequence, h.digest
        FROM auth_tokens t
        JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
        WHERE t.token_hash = b.token_hash AND t.expires > now()
        OFFSET 0
      ) h
      LEFT JOIN LATERAL (
        SELECT encrypted_wallet, hmac, octet_length(encrypted_wallet) + octet_length(hmac) AS bytes
        FROM wallet_versions
        WHERE account_id = h.account_id AND sequence = h.sequence
          AND NOT (h.sequence = b.sequence AND h.digest = b.digest)
        OFFSET 0
      ) v ON true
      """;

  private Future<List<Optional<Row>>> readTogether(List<FetchWallet> requests) {
    if (requests.size() == 1) {
      return readAlone(requests.get(0)).map(List::of);
    }
    int count = requests.size();
    Buffer[] tokens = new Buffer[count];
    Long[] sequences = new Long[count];
    Long[] digests = new Long[count];
    for (int i = 0; i < count; i++) {
      FetchWallet request = requests.get(i);
      tokens[i] = Buffer.buffer(request.token().sha256());
      sequences[i] = known(request).sequence();
      digests[i] = known(request).digest();
    }
    Tuple parameters = Tuple.of(tokens, sequences, digests);
    return database
        .read(client -> client.preparedQuery(READ_TOGETHER).execute(parameters))
        .map(rows -> Rows.inOrder(rows, count));
  }

  private static boolean isLarge(Row row) {
    return row.getBoolean("large");
  }

  private static EntityTag known(FetchWallet request) {
    return request.known().isEmpty() ? EntityTag.NONE : request.known().get(0);
  }
}
