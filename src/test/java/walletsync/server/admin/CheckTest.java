package walletsync.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.server.db.Migrations;
import walletsync.support.Command;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** The command {@code check}: each kind of damage is found, and nothing else. */
class CheckTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private static String id;

  /** One account with three versions over a password change, and a session; one without. */
  @BeforeAll
  static void someLife() {
    TestAccount account = new TestAccount(server.http(), "İstanbul@example.com");
    account.signUp().expect(201);
    TestDevice device = account.logIn("laptop");
    device.post("wallet 1", 1, "hmac 1").expect(200);
    account.changePassword("password two", "wallet 2", 2, "hmac 2").expect(200);
    device = account.logIn("lap\ttop ⛵");
    device.post("wallet 3 ⛵", 3, "hmac 3").expect(200);
    server.newAccount();
    id = Rows.read(server, "SELECT id::text FROM accounts WHERE email LIKE '%stanbul%'");
  }

  @Test
  void aHealthyDatabaseKeepsEveryRule() {
    Command check = Command.run(server.database(), "check").expectDone();
    assertThat(check.out().lines()).hasSizeGreaterThan(12).allMatch(line -> line.startsWith("ok "));
    assertThat(Command.run(server.database(), "check", "--json").expectDone().out().lines())
        .allMatch(line -> line.startsWith("{\"rule\":") && line.contains("\"exceptions\":0"));
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("has a head", "DELETE FROM wallet_versions", "DELETE FROM wallet_heads"),
        damage("left of a deleted account", "DELETE FROM accounts"),
        damage("left of a deleted account", "DELETE FROM wallet_heads"),
        damage("same password epoch", "UPDATE wallet_heads SET epoch = 7 WHERE account_id = ID"),
        damage("same password epoch", "UPDATE accounts SET epoch = 1 WHERE id = ID"),
        damage("of another epoch", "UPDATE auth_tokens SET epoch = 1"),
        damage(
            "of another epoch",
            """
            INSERT INTO websocket_tickets SELECT '\\x00', account_id, device_key, 1, now()
            FROM auth_tokens
            """),
        damage(
            "left of a deleted account",
            "INSERT INTO websocket_tickets VALUES ('\\x00', ID, '\\x00', 2, now())"),
        damage("disabled account", "UPDATE accounts SET disabled_at = now() WHERE id = ID"),
        damage("newest version", "DELETE FROM wallet_versions WHERE sequence = 3"),
        damage("newest version", "DELETE FROM wallet_versions"),
        damage("newest version", "UPDATE wallet_heads SET sequence = 4 WHERE account_id = ID"),
        damage("no gap", "DELETE FROM wallet_versions WHERE sequence = 2"),
        damage("1 to 4294967295", "UPDATE wallet_versions SET sequence = sequence - 1"),
        damage(
            "1 to 4294967295",
            "UPDATE wallet_heads SET sequence = 4294967296",
            "UPDATE wallet_versions SET sequence = 4294967296 WHERE sequence = 3"),
        damage("of an earlier epoch", "UPDATE wallet_versions SET epoch = 1 WHERE sequence = 3"),
        damage("of an earlier epoch", "UPDATE wallet_versions SET epoch = 3 WHERE sequence = 3"),
        damage("without wallet", "UPDATE wallet_versions SET hmac = '' WHERE sequence = 1"),
        damage("digest", "UPDATE wallet_versions SET encrypted_wallet = 'x' WHERE sequence = 3"),
        damage("digest", "UPDATE wallet_versions SET hmac = 'x' WHERE sequence = 3"),
        damage("digest", "UPDATE wallet_heads SET digest = digest # 1 WHERE account_id = ID"),
        damage("digest", "UPDATE wallet_heads SET digest = 1 WHERE sequence = 0"),
        damage("hashes", "UPDATE auth_tokens SET device_id = 'phone'"),
        damage("hashes", "UPDATE auth_tokens SET token_hash = 'in clear'"),
        damage("Password hash", "UPDATE accounts SET password_hash = 'sesame' WHERE id = ID"),
        damage("Password hash", "UPDATE accounts SET client_salt_seed = 'ff' WHERE id = ID"),
        damage("number that none ever had", "ALTER TABLE accounts ALTER id RESTART WITH 1"),
        damage("E-mail", "UPDATE accounts SET email = 'other@example.com' WHERE id = ID"),
        damage("E-mail", "UPDATE accounts SET email = 'none' WHERE id = ID"),
        damage(
            "E-mail", // as Postgres, and Java's own method, would do it
            """
            UPDATE accounts SET email_normalized = 'i̇stanbul@example.com',
              email_key = sha256(convert_to('i̇stanbul@example.com', 'UTF8')) WHERE id = ID
            """),
        damage("E-mail", "UPDATE accounts SET email_key = '\\x00' WHERE id = ID"));
  }

  private static Arguments damage(String rule, String... statements) {
    return Arguments.of(rule, List.of(statements));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damageIsFound(String rule, List<String> statements) throws SQLException {
    try (Connection connection = TestPostgres.connect(server.database());
        Statement sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Foreign keys prevent some damage; a broken disk does not ask them.
      for (String table : List.of("websocket_tickets", "wallet_versions", "auth_tokens")) {
        dropReferences(connection, table);
      }
      dropReferences(connection, "wallet_heads");
      for (String statement : statements) {
        assertThat(sql.executeUpdate(statement.replace("ID", id))).isNotNegative();
      }
      List<Check.Result> broken =
          Check.inTransaction(connection).stream().filter(r -> !r.holds()).toList();
      assertThat(broken).anyMatch(result -> result.name().contains(rule));
      assertThat(broken).allMatch(result -> !result.shown().isEmpty());
      connection.rollback();
    }
  }

  @Test
  void damageIsShownAndEndsInExitCodeOne() {
    var database = TestPostgres.freshDatabase();
    walletsync.support.Sql.update(
        database,
        """
        INSERT INTO accounts (email, email_normalized, email_key, password_hash,
                              client_salt_seed, verified)
        SELECT 'a' || n || '@example.com', 'a' || n || '@example.com',
               sha256(convert_to('a' || n || '@example.com', 'UTF8')), '$argon2id$x',
               repeat('0', 64), true FROM generate_series(1, 25) n
        """);

    Command check = Command.run(database, "check").expect(1);
    assertThat(check.err()).isEmpty();
    assertThat(check.out())
        .contains("BROKEN Every account has a head", "account 1\n", "account 20\n", "and 5 more")
        .doesNotContain("account 21");
    assertThat(Command.run(database, "check", "--json").expect(1).out())
        .contains("\"rule\":\"Every account has a head\",\"exceptions\":25");
  }

  @Test
  void everyTableIsKnownToTheBackup() {
    Set<String> known = new TreeSet<>(Schema.KEPT);
    known.addAll(Schema.TRANSIENT);
    known.add(Migrations.HISTORY_TABLE);
    assertThat(
            walletsync.support.Sql.rows(
                server.database(),
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                    + " AND relnamespace = current_schema()::regnamespace ORDER BY relname"))
        .containsExactlyElementsOf(known);
    assertThat(Schema.KEPT).containsAll(Schema.SESSIONS);
  }

  private static void dropReferences(Connection connection, String table) throws SQLException {
    for (String name :
        Sql.texts(
            connection,
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = ?::regclass",
            table)) {
      Sql.execute(connection, "ALTER TABLE " + table + " DROP CONSTRAINT " + name);
    }
  }
}
