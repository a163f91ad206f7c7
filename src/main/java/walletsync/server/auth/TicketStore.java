package walletsync.server.auth;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Optional;
import walletsync.protocol.Secret;
import walletsync.server.auth.AuthRequest.Session;

/** The one-use tickets for websockets in Postgres, as hashes. */
final class TicketStore {
  private static final String INSERT =
      """
      WITH t AS (
        SELECT t.account_id, t.device_key, t.epoch FROM auth_tokens t
        JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
        WHERE t.token_hash = $1 AND t.expires > now()
        FOR KEY SHARE OF t
      ), expired AS (
        DELETE FROM websocket_tickets w USING t
        WHERE w.account_id = t.account_id AND w.device_key = t.device_key AND w.expires <= now()
      )
      INSERT INTO websocket_tickets (ticket_hash, account_id, device_key, epoch, expires)
      SELECT $2, t.account_id, t.device_key, t.epoch, now() + interval '60 seconds' FROM t
      WHERE (SELECT count(*) FROM websocket_tickets w
             WHERE w.account_id = t.account_id AND w.device_key = t.device_key
               AND w.expires > now()) < 16
      RETURNING expires
      """;

  /** Stores a ticket for a token's session; empty where there is no session, or many tickets. */
  Future<Optional<Instant>> insert(SqlClient client, Secret token, Secret ticket) {
    return client
        .preparedQuery(INSERT)
        .execute(Tuple.of(token.sha256(), ticket.sha256()))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getOffsetDateTime(0).toInstant()));
  }

  private static final String REDEEM =
      """
      DELETE FROM websocket_tickets w
      USING auth_tokens t, wallet_heads h
      WHERE w.ticket_hash = $1 AND w.expires > now()
        AND t.account_id = w.account_id AND t.device_key = w.device_key AND t.epoch = w.epoch
        AND t.expires > now() AND h.account_id = w.account_id AND h.epoch = w.epoch
      RETURNING t.account_id, t.device_key, t.epoch, t.expires, h.sequence
      """;

  /** Uses up a ticket, in one statement: of two who come with it, one finds it gone. */
  Future<Optional<Session>> redeem(SqlClient client, Secret ticket) {
    return client
        .preparedQuery(REDEEM)
        .execute(Tuple.of(ticket.sha256()))
        .map(rows -> TokenStore.sessions(rows).stream().findFirst());
  }
}
