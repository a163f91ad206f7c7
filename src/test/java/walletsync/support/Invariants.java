package walletsync.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.SoftAssertions;
import walletsync.protocol.Wallet;
import walletsync.server.settings.DatabaseSettings.External;

/** What is true of every database, whatever happened, while no request is under way. */
public final class Invariants {
  private Invariants() {}

  /** Fails the test with everything that is not as it must be. */
  public static void hold(External database) {
    SoftAssertions all = new SoftAssertions();
    check(
        all,
        database,
        "Every account has a head",
        """
        SELECT a.id FROM accounts a LEFT JOIN wallet_heads h ON h.account_id = a.id
        WHERE h.account_id IS NULL
        """);
    check(
        all,
        database,
        "Head and account are in the same password epoch",
        """
        SELECT a.id, a.epoch, h.epoch FROM accounts a JOIN wallet_heads h ON h.account_id = a.id
        WHERE a.epoch <> h.epoch
        """);
    check(
        all,
        database,
        "No token is left of another epoch",
        """
        SELECT a.id, a.epoch, t.epoch FROM accounts a JOIN auth_tokens t ON t.account_id = a.id
        WHERE a.epoch <> t.epoch
        """);
    check(
        all,
        database,
        "The versions are 1, 2, ... up to the head's sequence",
        """
        SELECT h.account_id, h.sequence, v.rows, v.newest FROM wallet_heads h, LATERAL (
          SELECT count(*) AS rows, coalesce(max(sequence), 0) AS newest FROM wallet_versions
          WHERE account_id = h.account_id AND sequence > 0) v
        WHERE h.sequence <> v.newest OR v.rows <> v.newest
        """);
    check(
        all,
        database,
        "No version is of an earlier epoch than the one before it, or of a later than the head",
        """
        SELECT * FROM (
          SELECT v.account_id, v.sequence, v.epoch, h.epoch AS newest,
                 lag(v.epoch) OVER (PARTITION BY v.account_id ORDER BY v.sequence) AS before
          FROM wallet_versions v JOIN wallet_heads h ON h.account_id = v.account_id) e
        WHERE epoch < before OR epoch > newest
        """);
    check(
        all,
        database,
        "Nothing is left of a deleted account",
        """
        SELECT account_id FROM wallet_versions UNION SELECT account_id FROM wallet_heads
        UNION SELECT account_id FROM auth_tokens EXCEPT SELECT id FROM accounts
        """);
    all.assertAll();
    digestsAreThoseOfTheWallets(database);
  }

  private static void check(SoftAssertions all, External database, String what, String exceptions) {
    all.assertThat(Sql.rows(database, exceptions)).as(what).isEmpty();
  }

  private static void digestsAreThoseOfTheWallets(External database) {
    List<String> heads =
        Sql.rows(
            database,
            """
            SELECT h.account_id, h.digest, v.sequence, v.hmac, v.encrypted_wallet
            FROM wallet_heads h JOIN wallet_versions v USING (account_id, sequence)
            """);
    for (String head : heads) {
      String[] columns = head.split("\\|", 5);
      assertThat(Long.parseLong(columns[1]))
          .as("The digest of account " + columns[0])
          .isEqualTo(
              new Wallet(columns[4], Long.parseLong(columns[2]), columns[3]).entityTag().digest());
    }
  }
}
