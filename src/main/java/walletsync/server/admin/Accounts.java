package walletsync.server.admin;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.Sha256;

/**
 * Accounts as an operator sees and changes them. Rows are locked in the order accounts, tokens,
 * heads, as everywhere; what ends sessions is announced after the commit, so that every process
 * closes their websockets.
 */
final class Accounts {
  private static final String FIND =
      "SELECT id FROM accounts WHERE id = ?::bigint OR email_key = ?::bytea";

  private final Connection connection;

  Accounts(Connection connection) {
    this.connection = connection;
  }

  /**
   * An account without its secrets.
   *
   * @param sequence of its wallet; 0 where there is none
   * @param saved when that was stored
   * @param versions how many versions of the wallet are kept
   * @param walletBytes what these take together
   * @param sessions how many devices are logged in
   */
  record View(
      long id,
      String email,
      Instant created,
      boolean verified,
      Optional<Instant> disabled,
      long epoch,
      long sequence,
      Optional<Instant> saved,
      long versions,
      long walletBytes,
      long sessions) {

    String state() {
      return disabled.isPresent() ? "disabled" : verified ? "active" : "unverified";
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", id);
      json.put("email", email);
      json.put("created", created.toString());
      json.put("verified", verified);
      json.put("disabled", disabled.map(Instant::toString).orElse(null));
      json.put("passwordEpoch", epoch);
      json.put("sequence", sequence);
      json.put("saved", saved.map(Instant::toString).orElse(null));
      json.put("versions", versions);
      json.put("walletBytes", walletBytes);
      json.put("sessions", sessions);
      return json;
    }

    @Override
    public String toString() {
      return "Account[" + id + "]";
    }
  }

  private static final String VIEW =
      """
      SELECT a.id, a.email, a.created_at, a.verified, a.disabled_at, a.epoch,
             coalesce(h.sequence, 0) AS sequence, v.saved_at, v.versions, v.bytes,
             (SELECT count(*) FROM auth_tokens t
              WHERE t.account_id = a.id AND t.epoch = h.epoch AND t.expires > now()) AS sessions
      FROM accounts a
      LEFT JOIN wallet_heads h ON h.account_id = a.id
      CROSS JOIN LATERAL (
        SELECT count(*) AS versions, coalesce(sum(octet_length(encrypted_wallet)), 0) AS bytes,
               max(created_at) AS saved_at
        FROM wallet_versions WHERE account_id = a.id) v
      """;

  /** Reads every account, the oldest first. */
  void each(Consumer<View> work) throws SQLException {
    Sql.snapshot(
        connection,
        () -> {
          Sql.each(connection, VIEW + "ORDER BY a.id", row -> work.accept(view(row)));
          return true;
        });
  }

  View read(AccountRef account) throws SQLException {
    View[] found = new View[1];
    Sql.each(
        connection,
        VIEW + "WHERE a.id = ?::bigint OR a.email_key = ?::bytea",
        row -> found[0] = view(row),
        parameters(account));
    if (found[0] == null) {
      throw account.notFound();
    }
    return found[0];
  }

  private static final String VERIFY =
      """
      UPDATE accounts SET verified = true, verify_token_hash = NULL, verify_expires = NULL
      WHERE id = ? AND NOT verified
      """;

  /** Verifies in place of the link in a mail, which works no more. Says whether that was needed. */
  boolean verify(AccountRef account) throws SQLException {
    return Sql.update(connection, VERIFY, id(account)) == 1;
  }

  private static final String DISABLE =
      "UPDATE accounts SET disabled_at = now() WHERE id = ? AND disabled_at IS NULL";

  /**
   * Ends every session, and lets nobody log in until {@link #enable}. A login that is under way
   * waits for the lock on the account's row, or makes this wait: its token is never left. The
   * account's wallet stays as it is.
   *
   * @return whether it was enabled
   */
  boolean disable(AccountRef account) throws SQLException {
    long id = id(account);
    boolean done =
        Sql.transaction(
            connection,
            () -> {
              int disabled = Sql.update(connection, DISABLE, id);
              Sql.update(connection, "DELETE FROM auth_tokens WHERE account_id = ?", id);
              return disabled == 1;
            });
    announce(id);
    return done;
  }

  private static final String ENABLE =
      "UPDATE accounts SET disabled_at = NULL WHERE id = ? AND disabled_at IS NOT NULL";

  /** Lets the account's person log in again. Says whether it was disabled. */
  boolean enable(AccountRef account) throws SQLException {
    return Sql.update(connection, ENABLE, id(account)) == 1;
  }

  /** Deletes the account and everything that it has, for good. */
  void delete(AccountRef account) throws SQLException {
    long id = id(account);
    Sql.transaction(
        connection,
        () -> {
          Sql.each(connection, "SELECT 1 FROM accounts WHERE id = ? FOR UPDATE", row -> {}, id);
          Sql.update(connection, "DELETE FROM auth_tokens WHERE account_id = ?", id);
          Sql.each(
              connection,
              "SELECT 1 FROM wallet_heads WHERE account_id = ? FOR UPDATE",
              row -> {},
              id);
          Sql.update(connection, "DELETE FROM wallet_versions WHERE account_id = ?", id);
          Sql.update(connection, "DELETE FROM wallet_heads WHERE account_id = ?", id);
          return Sql.update(connection, "DELETE FROM accounts WHERE id = ?", id);
        });
    announce(id);
  }

  private static final String SESSIONS =
      """
      SELECT t.account_id, a.email, t.device_id, t.created_at, t.expires
      FROM auth_tokens t
      JOIN accounts a ON a.id = t.account_id
      JOIN wallet_heads h ON h.account_id = t.account_id AND h.epoch = t.epoch
      WHERE t.expires > now() AND (?::bigint IS NULL OR t.account_id = ?::bigint)
      ORDER BY t.account_id, t.device_key
      """;

  /**
   * A device that is logged in.
   *
   * @param device its id; of a long one the first 256 characters
   * @param firstLogIn the device's first of this session; each further one gives it another token
   */
  record Session(long account, String email, String device, Instant firstLogIn, Instant expires) {
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("account", account);
      json.put("email", email);
      json.put("device", device);
      json.put("firstLogIn", firstLogIn.toString());
      json.put("expires", expires.toString());
      return json;
    }

    @Override
    public String toString() {
      return "Session[" + account + "]";
    }
  }

  /** Reads the sessions that are alive, of one account or of all. */
  void eachSession(Optional<AccountRef> account, Consumer<Session> work) throws SQLException {
    Long id = account.isPresent() ? Long.valueOf(id(account.get())) : null;
    Sql.snapshot(
        connection,
        () -> {
          Sql.each(
              connection,
              SESSIONS,
              row ->
                  work.accept(
                      new Session(
                          row.getLong("account_id"),
                          row.getString("email"),
                          row.getString("device_id"),
                          required(row, "created_at"),
                          required(row, "expires"))),
              id,
              id);
          return true;
        });
  }

  private static final String REVOKE =
      "DELETE FROM auth_tokens WHERE account_id = ? AND (?::bytea IS NULL OR device_key = ?::bytea)";

  /**
   * Ends the sessions of an account; its person can log in again.
   *
   * @param device only this device's, where it is given
   * @return how many there were
   */
  int revoke(AccountRef account, Optional<String> device) throws SQLException {
    long id = id(account);
    byte[] only = device.map(Sha256::of).orElse(null);
    int revoked =
        Sql.transaction(
            connection,
            () -> {
              // First the account, as everywhere: a login that is under way comes before or after.
              Sql.each(
                  connection,
                  "SELECT 1 FROM accounts WHERE id = ? FOR NO KEY UPDATE",
                  row -> {},
                  id);
              return Sql.update(connection, REVOKE, id, only, only);
            });
    announce(id);
    return revoked;
  }

  /**
   * Tells every serving process to look which sessions are left, in the words of {@code
   * notify.Announcements}. A process that misses it looks within a minute by itself.
   */
  private void announce(long account) throws SQLException {
    String process = "command-" + UUID.randomUUID();
    Sql.each(
        connection,
        "SELECT pg_notify('wallet_sync', ?)",
        row -> {},
        process + " r" + account + ":0");
  }

  private long id(AccountRef account) throws SQLException {
    long id = Sql.number(connection, FIND, parameters(account));
    if (id == 0) {
      throw account.notFound();
    }
    return id;
  }

  private static @Nullable Object[] parameters(AccountRef account) {
    return new @Nullable Object[] {account.id().orElse(null), account.emailKey().orElse(null)};
  }

  private static View view(ResultSet row) throws SQLException {
    return new View(
        row.getLong("id"),
        row.getString("email"),
        required(row, "created_at"),
        row.getBoolean("verified"),
        optional(row, "disabled_at"),
        row.getLong("epoch"),
        row.getLong("sequence"),
        optional(row, "saved_at"),
        row.getLong("versions"),
        row.getLong("bytes"),
        row.getLong("sessions"));
  }

  private static Instant required(ResultSet row, String column) throws SQLException {
    return optional(row, column).orElseThrow();
  }

  private static Optional<Instant> optional(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
