package walletsync.server.auth;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import walletsync.server.db.Database;

/**
 * Deletes sessions that have expired, and the tickets that belong to them, in a walk over all
 * sessions in the order of their keys. Each step is one statement, which
 *
 * <ul>
 *   <li>decides by the row that it has locked: a session that a login renews in that moment stays;
 *   <li>skips rows that somebody has locked, and takes no lock on accounts and heads: it waits for
 *       nobody;
 *   <li>is the only one of its kind at a time in all processes.
 * </ul>
 */
final class SessionPurge {
  /** Sessions that one step looks at, and deletes, at most. */
  static final int WALKED = 500;

  /** Of the advisory lock, which all processes on a database share; any number would do. */
  static final long LOCK = 0x77616c6c65747365L;

  private final Database database;

  SessionPurge(Database database) {
    this.database = database;
  }

  /** Where the walk is: behind the session with this key. */
  record Place(long accountId, Buffer deviceKey) {
    static final Place START = new Place(0, Buffer.buffer());
  }

  /**
   * What a step has done.
   *
   * @param mine whether it was this process's turn
   * @param next where to go on; empty at the end
   */
  record Step(boolean mine, int deleted, Optional<Place> next) {}

  /** The limit stands in the text: not to know it could make the planner sort the whole table. */
  private static final String STEP =
      """
      WITH turn AS MATERIALIZED (
        SELECT pg_try_advisory_xact_lock($3) AS mine
      ), walked AS MATERIALIZED (
        SELECT account_id, device_key, expires FROM auth_tokens
        WHERE (account_id, device_key) > ($1, $2) AND (SELECT mine FROM turn)
        ORDER BY account_id, device_key
        LIMIT %d
      ), expired AS MATERIALIZED (
        SELECT t.account_id, t.device_key FROM walked w
        CROSS JOIN LATERAL (
          SELECT account_id, device_key FROM auth_tokens
          WHERE account_id = w.account_id AND device_key = w.device_key AND expires <= now()
          FOR UPDATE SKIP LOCKED
        ) t
        WHERE w.expires <= now() AND (SELECT mine FROM turn)
      ), gone AS (
        DELETE FROM auth_tokens t USING expired e
        WHERE t.account_id = e.account_id AND t.device_key = e.device_key
        RETURNING t.account_id
      )
      SELECT (SELECT mine FROM turn) AS mine, (SELECT count(*) FROM gone) AS deleted,
             (SELECT count(*) FROM walked) AS walked, last.account_id, last.device_key
      FROM (SELECT) one
      LEFT JOIN (SELECT account_id, device_key FROM walked
                 ORDER BY account_id DESC, device_key DESC LIMIT 1) last ON true
      """
          .formatted(WALKED);

  /**
   * Goes a step further. Where another process has the turn, nothing is done, and the place is the
   * same.
   */
  Future<Step> step(Place after) {
    Tuple parameters = Tuple.of(after.accountId(), after.deviceKey(), LOCK);
    return database
        .write(connection -> connection.preparedQuery(STEP).execute(parameters))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              if (!row.getBoolean("mine")) {
                return new Step(false, 0, Optional.of(after));
              }
              return new Step(
                  true,
                  row.getInteger("deleted"),
                  row.getLong("walked") < WALKED
                      ? Optional.empty()
                      : Optional.of(
                          new Place(row.getLong("account_id"), row.getBuffer("device_key"))));
            });
  }
}
