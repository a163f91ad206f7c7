package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import walletsync.server.db.Database;

/**
 * Deletes the versions of wallets beyond the newest N, in small steps. Each step is one statement,
 * which decides by the heads that it reads; so it is right whoever saves, changes a password or
 * purges at the same time:
 *
 * <ul>
 *   <li>A head's sequence only rises, and what is deleted is N or more below it: never the current
 *       version, never one of the newest N.
 *   <li>It locks no head, so no save waits for it; and it skips rows that somebody has locked (an
 *       account that is being deleted), so it waits for nobody.
 *   <li>The oldest go first, and one statement at a time in all processes, so that there is never a
 *       gap in what is left.
 * </ul>
 */
final class VersionPurge {
  /** Accounts of a step. */
  static final int ACCOUNTS = 200;

  /** Versions that one step deletes at most. */
  static final int VERSIONS = 500;

  /** Heads that one step of the walk looks at. */
  private static final int WALKED = 1_000;

  /** Of the advisory lock, which all processes on a database share; any number would do. */
  static final long LOCK = 0x77616c6c65747075L;

  private final Database database;
  private final DueAccounts due;

  VersionPurge(Database database, DueAccounts due) {
    this.database = database;
    this.due = due;
  }

  private static final String PURGE =
      """
      WITH turn AS MATERIALIZED (
        SELECT pg_try_advisory_xact_lock($4) AS mine
      ), old AS MATERIALIZED (
        SELECT v.account_id, v.sequence
        FROM unnest($1::bigint[]) AS a (id)
        JOIN wallet_heads h ON h.account_id = a.id
        CROSS JOIN LATERAL (
          SELECT account_id, sequence FROM wallet_versions
          WHERE account_id = h.account_id AND sequence <= h.sequence - $2
          ORDER BY sequence
          LIMIT $3
          FOR UPDATE SKIP LOCKED
        ) v
        WHERE (SELECT mine FROM turn)
        LIMIT $3
      ), gone AS (
        DELETE FROM wallet_versions v USING old
        WHERE v.account_id = old.account_id AND v.sequence = old.sequence
        RETURNING v.account_id
      )
      SELECT (SELECT mine FROM turn) AS mine, (SELECT count(*) FROM gone) AS deleted
      """;

  /**
   * Purges some accounts that are due. Those that are not finished, or whose turn it is not as
   * another process purges, are due again.
   *
   * @return how many versions were deleted
   */
  Future<Long> step() {
    List<Long> accounts = due.take(ACCOUNTS);
    if (accounts.isEmpty()) {
      return Future.succeededFuture(0L);
    }
    return database
        .write(
            connection ->
                connection
                    .preparedQuery(PURGE)
                    .execute(
                        Tuple.of(
                            (Object) accounts.toArray(Long[]::new),
                            (long) due.versionsKept(),
                            (long) VERSIONS,
                            LOCK)))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              long deleted = row.getLong("deleted");
              if (!row.getBoolean("mine") || deleted >= VERSIONS) {
                due.addAll(accounts);
              }
              return deleted;
            })
        .onFailure(failure -> due.addAll(accounts));
  }

  private static final String WALK =
      """
      SELECT h.account_id,
             EXISTS (SELECT FROM wallet_versions v
                     WHERE v.account_id = h.account_id AND v.sequence <= h.sequence - $2) AS due
      FROM (SELECT account_id, sequence FROM wallet_heads
            WHERE account_id > $1 ORDER BY account_id LIMIT $3) h
      ORDER BY h.account_id
      """;

  /**
   * Looks for due accounts by their numbers, for what was not seen to be saved: before a crash, by
   * a release or under a setting that kept more. One look into the index for each account.
   *
   * @param after the number of the account before the first
   * @return where to go on; 0 at the end
   */
  Future<Long> walk(long after) {
    Tuple parameters = Tuple.of(after, (long) due.versionsKept(), (long) WALKED);
    return database
        .read(client -> client.preparedQuery(WALK).execute(parameters))
        .map(
            rows -> {
              List<Long> found = new ArrayList<>();
              long last = 0;
              for (Row row : rows) {
                last = row.getLong("account_id");
                if (row.getBoolean("due")) {
                  found.add(last);
                }
              }
              due.addAll(found);
              return rows.size() < WALKED ? 0 : last;
            });
  }
}
