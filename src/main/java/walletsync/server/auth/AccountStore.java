package walletsync.server.auth;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import walletsync.protocol.Email;
import walletsync.protocol.Secret;
import walletsync.protocol.Sha256;

/** The accounts in Postgres. Each method runs alone, or in the transaction that it is given. */
final class AccountStore {

  private static final String INSERT =
      """
      WITH a AS (
        INSERT INTO accounts (email, email_normalized, email_key, password_hash, client_salt_seed,
                              verified, verify_token_hash, verify_expires, mails_counted_until)
        VALUES ($1, $2, $3, $4, $5, $6::bytea IS NULL, $6,
                CASE WHEN $6 IS NOT NULL THEN now() + interval '2 days' END,
                CASE WHEN $6 IS NOT NULL THEN now() + interval '30 minutes' END)
        ON CONFLICT (email_key) DO NOTHING
        RETURNING id
      )
      INSERT INTO wallet_heads (account_id) SELECT id FROM a RETURNING account_id
      """;

  /**
   * Makes an account, with the head of its future wallet. The mail with the code counts as the
   * first of those that {@link #addLink} limits.
   *
   * @param verifyToken the code that has to come back before the account can be used; empty where
   *     none has to
   * @return whether the address was free
   */
  Future<Boolean> insert(
      SqlClient client,
      Email email,
      String passwordHash,
      String saltSeed,
      Optional<Secret> verifyToken) {
    return client
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(
                email.original(),
                email.normalized(),
                key(email),
                passwordHash,
                saltSeed,
                verifyToken.map(Secret::sha256).orElse(null)))
        .map(rows -> rows.size() == 1);
  }

  private static final String FIND =
      """
      SELECT id, password_hash, epoch, verified, disabled_at IS NOT NULL AS disabled
      FROM accounts WHERE email_key = $1
      """;

  Future<Optional<Account>> find(SqlClient client, Email email) {
    return client
        .preparedQuery(FIND)
        .execute(Tuple.of(key(email)))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = rows.iterator().next();
              return Optional.of(
                  new Account(
                      row.getLong("id"),
                      row.getString("password_hash"),
                      row.getLong("epoch"),
                      row.getBoolean("verified"),
                      row.getBoolean("disabled")));
            });
  }

  private static final String FIND_SALT_SEED =
      "SELECT client_salt_seed FROM accounts WHERE email_key = $1";

  Future<Optional<String>> findSaltSeed(SqlClient client, Email email) {
    return client
        .preparedQuery(FIND_SALT_SEED)
        .execute(Tuple.of(key(email)))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getString(0)));
  }

  private static final String UPGRADE_HASH =
      """
      UPDATE accounts SET password_hash = $4
      WHERE id = $1 AND epoch = $2 AND password_hash = $3
      """;

  /** Puts a stronger hash of the same password in place of the old one, unless that changed. */
  Future<Void> upgradeHash(SqlClient client, Account account, String newHash) {
    return client
        .preparedQuery(UPGRADE_HASH)
        .execute(Tuple.of(account.id(), account.epoch(), account.passwordHash(), newHash))
        .mapEmpty();
  }

  private static final String CHANGE_PASSWORD =
      """
      UPDATE accounts SET password_hash = $3, client_salt_seed = $4, epoch = epoch + 1
      WHERE id = $1 AND epoch = $2 AND disabled_at IS NULL
      RETURNING epoch
      """;

  /**
   * Changes the password, if nobody has since the account was read. The epoch is compared, never
   * the old hash: an upgrade of the hash in between must not make the right password fail.
   *
   * @return the new epoch; empty where somebody was faster, or the account was disabled meanwhile
   */
  Future<Optional<Long>> changePassword(
      SqlClient transaction, Account account, String newHash, String saltSeed) {
    return transaction
        .preparedQuery(CHANGE_PASSWORD)
        .execute(Tuple.of(account.id(), account.epoch(), newHash, saltSeed))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getLong(0)));
  }

  private static final String VERIFY =
      """
      WITH a AS (
        UPDATE accounts SET verified = true, verify_token_hash = NULL, verify_expires = NULL
        WHERE NOT verified AND id = (
          SELECT id FROM accounts WHERE verify_token_hash = $1 AND verify_expires > now()
          UNION ALL
          SELECT account_id FROM verification_links WHERE token_hash = $1 AND expires > now()
          LIMIT 1)
        RETURNING id
      ), links AS (
        DELETE FROM verification_links l USING a WHERE l.account_id = a.id
      )
      SELECT id FROM a
      """;

  /** Uses up the code of a link; says whether it was good. */
  Future<Boolean> verify(SqlClient client, Secret verifyToken) {
    return client
        .preparedQuery(VERIFY)
        .execute(Tuple.of(verifyToken.sha256()))
        .map(rows -> rows.size() == 1);
  }

  private static final String ADD_LINK =
      """
      WITH a AS (
        UPDATE accounts SET mails_counted_until =
          greatest(coalesce(mails_counted_until, now()), now()) + interval '30 minutes'
        WHERE email_key = $1 AND NOT verified
          AND (mails_counted_until IS NULL OR mails_counted_until <= now() + interval '2 hours')
        RETURNING id, email, email_normalized
      ), expired AS (
        DELETE FROM verification_links l USING a WHERE l.account_id = a.id AND l.expires <= now()
      ), added AS (
        INSERT INTO verification_links (token_hash, account_id, expires)
        SELECT $2, id, now() + interval '2 days' FROM a
      )
      SELECT email, email_normalized FROM a
      """;

  /**
   * Adds a link that is to be mailed, and counts the mail: with that of the sign-up five may be
   * asked for at once, after that one every half hour. The account's other links go on to work
   * until {@link #promoteLink}.
   *
   * @return where the mail goes; empty where no unverified account has the address, or too many
   *     mails were asked for
   */
  Future<Optional<Email>> addLink(SqlClient client, Email email, Secret verifyToken) {
    return client
        .preparedQuery(ADD_LINK)
        .execute(Tuple.of(key(email), verifyToken.sha256()))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = rows.iterator().next();
              return Optional.of(new Email(row.getString(0), row.getString(1)));
            });
  }

  private static final String PROMOTE_LINK =
      """
      WITH link AS (
        SELECT account_id, expires FROM verification_links WHERE token_hash = $1
      ), a AS (
        UPDATE accounts SET verify_token_hash = $1, verify_expires = link.expires
        FROM link
        WHERE id = link.account_id AND NOT verified
          AND (verify_expires IS NULL OR verify_expires < link.expires)
        RETURNING id
      )
      DELETE FROM verification_links l USING a, link
      WHERE l.account_id = a.id AND l.expires <= link.expires
      """;

  /**
   * Ends every link that is older than this one, whose mail has left. Of mails that left at once
   * the newer link remains, in whatever order they are told of here.
   */
  Future<Void> promoteLink(SqlClient client, Secret verifyToken) {
    return client.preparedQuery(PROMOTE_LINK).execute(Tuple.of(verifyToken.sha256())).mapEmpty();
  }

  private static final String WITHDRAW_LINK =
      """
      WITH a AS (
        UPDATE accounts SET mails_counted_until = mails_counted_until - interval '30 minutes'
        WHERE id = (SELECT account_id FROM verification_links WHERE token_hash = $1)
        RETURNING id
      )
      DELETE FROM verification_links l USING a WHERE l.account_id = a.id AND l.token_hash = $1
      """;

  /** Takes back a link whose mail surely did not leave, so that it does not count. */
  Future<Void> withdrawLink(SqlClient client, Secret verifyToken) {
    return client.preparedQuery(WITHDRAW_LINK).execute(Tuple.of(verifyToken.sha256())).mapEmpty();
  }

  private static byte[] key(Email email) {
    return Sha256.of(email.normalized());
  }
}
