package walletsync.server.auth;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import walletsync.protocol.Secret;
import walletsync.protocol.Sha256;
import walletsync.server.auth.AuthRequest.Device;
import walletsync.server.auth.AuthRequest.Session;

/** The devices' tokens in Postgres, as hashes. */
final class TokenStore {
  /** Sessions that an account can have. */
  static final int MOST_SESSIONS = 100;

  private static final HexFormat HEX = HexFormat.of();

  /** What is kept of a device's id is for the operator's eyes alone, so its beginning will do. */
  private static final String REPLACE =
      """
      INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
      SELECT id, $3, left($4, 256), $5, epoch, now() + interval '14 days'
      FROM accounts WHERE id = $1 AND epoch = $2 AND disabled_at IS NULL FOR NO KEY UPDATE
      ON CONFLICT (account_id, device_key) DO UPDATE
        SET token_hash = excluded.token_hash, epoch = excluded.epoch, expires = excluded.expires
        WHERE auth_tokens.epoch <= excluded.epoch
      RETURNING expires
      """;

  /**
   * Gives a device its token, in place of an older one. The lock on the account's row makes a
   * password change, the operator who disables the account, other logins, and this wait for each
   * other. {@link #endSurplus} comes after it, in the same transaction.
   *
   * @param account as it was when its password matched
   * @return the end of the token's life; empty where the password was changed, or the account
   *     disabled, meanwhile
   */
  Future<Optional<Instant>> replace(
      SqlClient transaction, Account account, String deviceId, Secret token) {
    return transaction
        .preparedQuery(REPLACE)
        .execute(
            Tuple.of(account.id(), account.epoch(), Sha256.of(deviceId), deviceId, token.sha256()))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getOffsetDateTime(0).toInstant()));
  }

  private static final String END_SURPLUS =
      """
      DELETE FROM auth_tokens
      WHERE account_id = $1 AND device_key IN (
        SELECT device_key FROM auth_tokens WHERE account_id = $1 AND device_key <> $2
        ORDER BY expires DESC, device_key
        OFFSET $3 LIMIT 1000)
      """;

  /**
   * Ends those sessions that an account has too many, the ones that would expire first (at most a
   * thousand at a time). It needs the lock that {@link #replace} has taken, and a statement, and so
   * a snapshot, of its own: that of the login is from before the lock, and does not see a login
   * that it has waited for.
   *
   * @param deviceId the device that has just logged in: its session stays
   * @return how many there were
   */
  Future<Integer> endSurplus(SqlClient transaction, Account account, String deviceId) {
    return transaction
        .preparedQuery(END_SURPLUS)
        .execute(Tuple.of(account.id(), Sha256.of(deviceId), MOST_SESSIONS - 1L))
        .map(RowSet::rowCount);
  }

  private static final String DELETE_ALL = "DELETE FROM auth_tokens WHERE account_id = $1";

  /** Ends every session of an account. */
  Future<Void> deleteAll(SqlClient transaction, long accountId) {
    return transaction.preparedQuery(DELETE_ALL).execute(Tuple.of(accountId)).mapEmpty();
  }

  private static final String COLUMNS =
      "SELECT t.account_id, t.device_key, t.epoch, t.expires, h.sequence";

  private static final String FIND_BY_TOKEN =
      COLUMNS
          + """

          FROM auth_tokens t
          JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
          WHERE t.token_hash = $1 AND t.expires > now()
          """;

  Future<Optional<Session>> find(SqlClient client, Secret token) {
    return client
        .preparedQuery(FIND_BY_TOKEN)
        .execute(Tuple.of(token.sha256()))
        .map(rows -> sessions(rows).stream().findFirst());
  }

  private static final String FIND_BY_DEVICES =
      COLUMNS
          + """

          FROM unnest($1::bigint[], $2::bytea[]) AS d (account_id, device_key)
          JOIN auth_tokens t USING (account_id, device_key)
          JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
          WHERE t.expires > now()
          """;

  /** The live sessions among these devices. */
  Future<List<Session>> find(SqlClient client, List<Device> devices) {
    return client
        .preparedQuery(FIND_BY_DEVICES)
        .execute(
            Tuple.of(
                (Object) devices.stream().map(Device::accountId).toArray(Long[]::new),
                (Object)
                    devices.stream()
                        .map(device -> Buffer.buffer(HEX.parseHex(device.key())))
                        .toArray(Buffer[]::new)))
        .map(TokenStore::sessions);
  }

  static List<Session> sessions(RowSet<Row> rows) {
    List<Session> sessions = new ArrayList<>(rows.size());
    for (Row row : rows) {
      sessions.add(
          new Session(
              new Device(
                  row.getLong("account_id"), HEX.formatHex(row.getBuffer("device_key").getBytes())),
              row.getLong("epoch"),
              row.getOffsetDateTime("expires").toInstant(),
              row.getLong("sequence")));
    }
    return sessions;
  }
}
