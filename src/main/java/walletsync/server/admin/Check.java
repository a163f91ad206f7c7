package walletsync.server.admin;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import walletsync.protocol.Email;
import walletsync.protocol.Sha256;

/**
 * What is true of every database at every moment, whatever happened: each transaction of the server
 * keeps it. Read in one snapshot, so a server may go on writing; changes nothing; holds neither
 * result nor wallet in memory.
 */
public final class Check {
  /** How many exceptions to a rule are shown; all are counted. */
  private static final int SHOWN = 20;

  private Check() {}

  /**
   * A rule, and what breaks it.
   *
   * @param name as a sentence
   * @param exceptions how many rows break it
   * @param shown some of them, without anything secret
   */
  public record Result(String name, long exceptions, List<String> shown) {
    /** Whether nothing breaks it. */
    public boolean holds() {
      return exceptions == 0;
    }
  }

  /** A rule in SQL: the query finds the accounts that break it, and how. */
  private record Rule(String name, String exceptions) {}

  /** Each query returns the number of an account and a text, which is no secret. */
  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "Every account has a head",
              """
              SELECT a.id, '' FROM accounts a
              WHERE NOT EXISTS (SELECT FROM wallet_heads h WHERE h.account_id = a.id)
              """),
          new Rule(
              "Nothing is left of a deleted account",
              """
              SELECT account_id, 'head' FROM wallet_heads h
              WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.id = h.account_id)
              UNION ALL
              SELECT account_id, 'version ' || sequence FROM wallet_versions v
              WHERE NOT EXISTS (SELECT FROM wallet_heads h WHERE h.account_id = v.account_id)
              UNION ALL
              SELECT account_id, 'token' FROM auth_tokens t
              WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.id = t.account_id)
              UNION ALL
              SELECT account_id, 'ticket' FROM websocket_tickets w
              WHERE NOT EXISTS (SELECT FROM auth_tokens t WHERE t.account_id = w.account_id
                                AND t.device_key = w.device_key)
              """),
          new Rule(
              "Head and account are in the same password epoch",
              """
              SELECT a.id, 'account ' || a.epoch || ', head ' || h.epoch
              FROM accounts a JOIN wallet_heads h ON h.account_id = a.id
              WHERE a.epoch <> h.epoch OR a.epoch < 1
              """),
          new Rule(
              "No token or ticket is left of another epoch",
              """
              SELECT a.id, 'account ' || a.epoch || ', token ' || t.epoch
              FROM accounts a JOIN auth_tokens t ON t.account_id = a.id
              WHERE a.epoch <> t.epoch
              UNION ALL
              SELECT a.id, 'account ' || a.epoch || ', ticket ' || w.epoch
              FROM accounts a JOIN websocket_tickets w ON w.account_id = a.id
              WHERE a.epoch <> w.epoch
              """),
          new Rule(
              "A disabled account has no tokens",
              """
              SELECT a.id, count(*) || ' tokens'
              FROM accounts a JOIN auth_tokens t ON t.account_id = a.id
              WHERE a.disabled_at IS NOT NULL GROUP BY a.id
              """),
          new Rule(
              "The head is the newest version, and has one unless its sequence is 0",
              """
              SELECT h.account_id, 'head ' || h.sequence || ', newest version ' || v.newest
              FROM wallet_heads h CROSS JOIN LATERAL (
                SELECT coalesce(max(sequence), 0) AS newest FROM wallet_versions
                WHERE account_id = h.account_id) v
              WHERE h.sequence <> v.newest
              """),
          new Rule(
              "The versions have no gap from the oldest that is kept to the newest",
              """
              SELECT account_id, count(*) || ' versions from ' || min(sequence) || ' to '
                                 || max(sequence)
              FROM wallet_versions GROUP BY account_id
              HAVING count(*) <> max(sequence) - min(sequence) + 1
              """),
          new Rule(
              "Every sequence is one of the protocol's, 1 to 4294967295",
              """
              SELECT account_id, 'version ' || sequence FROM wallet_versions
              WHERE sequence NOT BETWEEN 1 AND 4294967295
              UNION ALL
              SELECT account_id, 'head ' || sequence FROM wallet_heads
              WHERE sequence NOT BETWEEN 0 AND 4294967295
              """),
          new Rule(
              "No version is of an earlier epoch than the one before it, or of a later than the head",
              """
              SELECT account_id, 'version ' || sequence || ' is of epoch ' || epoch FROM (
                SELECT v.account_id, v.sequence, v.epoch, h.epoch AS newest,
                       lag(v.epoch) OVER (PARTITION BY v.account_id ORDER BY v.sequence) AS before
                FROM wallet_versions v JOIN wallet_heads h ON h.account_id = v.account_id) e
              WHERE epoch < before OR epoch > newest OR epoch < 1
              """),
          new Rule(
              "No version is without wallet or HMAC",
              """
              SELECT account_id, 'version ' || sequence FROM wallet_versions
              WHERE encrypted_wallet = '' OR hmac = ''
              """),
          new Rule(
              "The head's digest is that of wallet and HMAC", // as protocol.Wallet computes it
              """
              SELECT h.account_id, 'sequence ' || h.sequence
              FROM wallet_heads h JOIN wallet_versions v USING (account_id, sequence)
              WHERE h.digest <> ('x' || encode(substring(
                  sha256(convert_to(v.encrypted_wallet, 'UTF8') || '\\x00'::bytea
                         || convert_to(v.hmac, 'UTF8')) FROM 1 FOR 8), 'hex'))::bit(64)::bigint
              UNION ALL
              SELECT account_id, 'no wallet' FROM wallet_heads WHERE sequence = 0 AND digest <> 0
              """),
          new Rule(
              "Keys of devices and tokens are hashes", // of a long id only the beginning is there
              """
              SELECT account_id, 'device key' FROM auth_tokens
              WHERE device_key <> sha256(convert_to(device_id, 'UTF8'))
                AND (char_length(device_id) < 256 OR length(device_key) <> 32)
              UNION ALL
              SELECT account_id, 'token' FROM auth_tokens WHERE length(token_hash) <> 32
              """),
          new Rule(
              "Password hash and salt seed are what they have to be",
              """
              SELECT id, 'password hash' FROM accounts
              WHERE password_hash !~ '^\\$(argon2id|scrypt)\\$'
              UNION ALL
              SELECT id, 'salt seed' FROM accounts WHERE client_salt_seed !~ '^[0-9A-Fa-f]{64}$'
              """),
          new Rule(
              "The next account gets a number that none ever had",
              """
              SELECT max(id), 'the sequence stands before it' FROM accounts
              HAVING max(id) > coalesce(pg_sequence_last_value(
                  pg_get_serial_sequence('accounts', 'id')::regclass), 0)
              """));

  /** Runs every rule, in one snapshot of its own. */
  public static List<Result> run(Connection connection) throws SQLException {
    return Sql.snapshot(connection, () -> inTransaction(connection));
  }

  /** Runs every rule in the transaction that is open; it must not be on auto-commit. */
  static List<Result> inTransaction(Connection connection) throws SQLException {
    List<Result> results = new ArrayList<>();
    for (Rule rule : RULES) {
      Findings findings = new Findings();
      Sql.each(
          connection, rule.exceptions(), row -> findings.add(row.getLong(1), row.getString(2)));
      results.add(findings.result(rule.name()));
    }
    results.add(emails(connection));
    return results;
  }

  /** Postgres lower-cases otherwise than the protocol does, so this one is no SQL. */
  private static Result emails(Connection connection) throws SQLException {
    Findings findings = new Findings();
    Sql.each(
        connection,
        "SELECT id, email, email_normalized, email_key FROM accounts",
        row -> {
          Optional<String> problem = problem(row);
          if (problem.isPresent()) {
            findings.add(row.getLong("id"), problem.get());
          }
        });
    return findings.result("E-mail addresses are valid, normalized, and found by their key");
  }

  private static Optional<String> problem(ResultSet row) throws SQLException {
    String normalized = row.getString("email_normalized");
    Optional<Email> email = Email.parse(row.getString("email"));
    if (email.isEmpty()) {
      return Optional.of("not an address");
    }
    if (!email.get().normalized().equals(normalized)) {
      return Optional.of("not normalized");
    }
    return Arrays.equals(Sha256.of(normalized), row.getBytes("email_key"))
        ? Optional.empty()
        : Optional.of("another key");
  }

  private static final class Findings {
    private final List<String> shown = new ArrayList<>();
    private long exceptions;

    void add(long account, String how) {
      exceptions++;
      if (shown.size() < SHOWN) {
        shown.add("account " + account + (how.isEmpty() ? "" : ": " + how));
      }
    }

    Result result(String name) {
      return new Result(name, exceptions, List.copyOf(shown));
    }
  }
}
