package walletsync.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Command;
import walletsync.support.Gate;
import walletsync.support.HeldLock;
import walletsync.support.Invariants;
import walletsync.support.PushSocket;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** The commands {@code accounts} and {@code sessions}, beside two serving processes. */
class AccountCommandsTest {
  private static final String NO_MATCH = "Unauthorized: No match for email and/or password";
  private static final String NO_TOKEN = "Unauthorized: Token Not Found";
  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);
  @RegisterExtension static final TestServer other = TestServer.allowAll().on(DATABASE);

  private final TestAccount account = server.newAccount();
  private final TestDevice laptop = account.logIn("laptop");

  @AfterEach
  void everythingIsConsistent() {
    Invariants.hold(DATABASE);
  }

  @Test
  void aDisabledAccountLosesItsSessionsAndNobodyLogsIn() {
    laptop.post("wallet", 1, "hmac").expect(200);
    try (PushSocket here = PushSocket.open(laptop);
        PushSocket there = PushSocket.open(other.http(), "?token=" + laptop.token())) {
      accounts("disable", account.email().toUpperCase(Locale.ROOT)).expectDone();
      assertThat(here.closeCode()).isEqualTo(1008);
      assertThat(there.closeCode()).isEqualTo(1008);
    }
    laptop.get().expectError(401, NO_TOKEN);
    laptop.post("wallet", 2, "hmac").expectError(401, NO_TOKEN);
    account.tryLogIn("laptop").expectError(401, NO_MATCH);
    account.changePassword("password two", "wallet", 2, "hmac").expectError(401, NO_MATCH);
    account.signUp().expect(409); // the address stays taken
    assertThat(accounts("show", account.email()).out()).containsPattern("disabled +20");
    assertThat(accounts("list").out()).containsPattern("disabled .*" + account.email());
    assertThat(accounts("disable", account.email()).expectDone().out()).contains("already");

    accounts("enable", account.email()).expectDone();
    TestDevice again = account.logIn("laptop");
    assertThat(again.get().text("encryptedWallet")).isEqualTo("wallet");
    assertThat(accounts("enable", account.email()).expectDone().out()).contains("not disabled");
  }

  @Test
  void aLoginWhosePasswordMatchedBeforeGetsNoTokenAfter() {
    try (Gate gate = Gate.forAll(DATABASE, "INSERT", "auth_tokens")) {
      var login = begin(() -> account.tryLogIn("tablet"));
      gate.awaitKept(1);
      accounts("disable", account.email()).expectDone();
      gate.open();
      answer(login).expectError(401, NO_MATCH);
    }
    assertThat(tokens()).isZero();
  }

  @Test
  void aLoginThatIsAheadOfTheOperatorLosesItsToken() {
    try (HeldLock tokens = HeldLock.onTokens(DATABASE, account)) {
      var login = begin(() -> account.tryLogIn("laptop")); // locks the account, waits for its row
      tokens.awaitWaiting(1);
      var disable = begin(() -> accounts("disable", account.email()));
      tokens.awaitWaiting(2).release();

      String token = answer(login).expect(200).text("token");
      answer(disable).expectDone();
      new TestDevice(server.http(), String.valueOf(token)).get().expectError(401, NO_TOKEN);
    }
    assertThat(tokens()).isZero();
  }

  @Test
  void aPasswordChangeThatWasUnderWayIsRefused() {
    try (Gate gate = Gate.forAll(DATABASE, "UPDATE", "accounts")) {
      var change = begin(() -> account.changePassword("password two"));
      gate.awaitKept(1);
      accounts("disable", account.email()).expectDone();
      gate.open();
      answer(change).expectError(401, NO_MATCH);
    }
    accounts("enable", account.email()).expectDone();
    account.tryLogIn("laptop").expect(200); // with the password from before
  }

  @Test
  void aDeletedAccountLeavesNothingAndItsAddressIsFree() {
    laptop.post("wallet", 1, "hmac").expect(200);
    String id = id();
    Command unsure = accounts("delete", account.email());
    assertThat(unsure.expect(2).err()).contains("Nothing was deleted", "--yes");
    laptop.get().expect(200);

    try (PushSocket there = PushSocket.open(other.http(), "?token=" + laptop.token())) {
      accounts("delete", "--yes", account.email()).expectDone();
      assertThat(there.closeCode()).isEqualTo(1008);
    }
    laptop.get().expectError(401, NO_TOKEN);
    for (String table : List.of("auth_tokens", "wallet_heads", "wallet_versions")) {
      assertThat(Sql.rows(DATABASE, "SELECT 1 FROM " + table + " WHERE account_id::text = ?", id))
          .as(table)
          .isEmpty();
    }
    accounts("show", account.email()).expectFailure("There is no account");
    account.signUp().expect(201);
    assertThat(id()).isNotEqualTo(id);
  }

  @Test
  void aSaveAheadOfTheDeletionIsStoredAndDeleted() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var save = begin(() -> laptop.post("wallet", 1, "hmac"));
      head.awaitWaiting(1);
      var delete = begin(() -> accounts("delete", "--yes", account.email()));
      head.awaitWaiting(2).release();
      answer(save).expect(200);
      answer(delete).expectDone();
    }
    laptop.get().expectError(401, NO_TOKEN);
  }

  @Test
  void aSaveBehindTheDeletionIsRefused() {
    laptop.post("wallet", 1, "hmac").expect(200);
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var delete = begin(() -> accounts("delete", "--yes", account.email()));
      head.awaitWaiting(1);
      var save = begin(() -> laptop.post("wallet", 2, "hmac"));
      head.awaitWaiting(2).release();
      answer(delete).expectDone();
      answer(save).expectError(401, NO_TOKEN);
    }
  }

  @Test
  void anOperatorVerifiesInPlaceOfTheMail(@TempDir Path outbox) {
    try (TestServer mailing = TestServer.emailVerify(outbox).on(DATABASE).start()) {
      TestAccount waiting = mailing.newAccount();
      waiting.tryLogIn("laptop").expectError(401, "Unauthorized: Account is not verified");
      accounts("verify", waiting.email()).expectDone();
      waiting.tryLogIn("laptop").expect(200);
      assertThat(accounts("verify", waiting.email()).expectDone().out()).contains("already");
    }
  }

  @Test
  void oneSessionIsEndedAndTheOthersLiveOn() {
    TestDevice phone = account.logIn("phone\u001b[31m");
    Command list = sessions("list", account.email()).expectDone();
    assertThat(list.out()).contains("laptop", "phone\\u{1b}[31m").doesNotContain("\u001b");
    assertThat(sessions("list", "--json", account.email()).out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("{\"account\":"))
        .anyMatch(line -> line.contains("\"device\":\"phone\\u001B[31m\""));

    try (PushSocket ofLaptop = PushSocket.open(other.http(), "?token=" + laptop.token());
        PushSocket ofPhone = PushSocket.open(phone)) {
      sessions("revoke", account.email(), "--device", "laptop").expectDone();
      assertThat(ofLaptop.closeCode()).isEqualTo(1008);
      phone.get().expect(404);
      assertThat(ofPhone.isOpen()).isTrue();
      laptop.get().expectError(401, NO_TOKEN);
      sessions("revoke", account.email(), "--device", "laptop").expectFailure("no session");
      assertThat(sessions("revoke", account.email(), "--all").expectDone().out()).contains("1 ");
      assertThat(ofPhone.closeCode()).isEqualTo(1008);
    }
    account.tryLogIn("laptop").expect(200);
    assertThat(sessions("revoke", account.email()).expect(2).err()).contains("--all");
    assertThat(sessions("revoke", account.email(), "--all", "--device", "x").code()).isEqualTo(2);
  }

  @Test
  void aSessionIsEndedByItsWholeDeviceIdOfWhichTheListShowsTheBeginning() {
    String id = "phone".repeat(1_000);
    TestDevice phone = account.logIn(id);
    assertThat(sessions("list", account.email()).out()).contains(id.substring(0, 256) + "\n");

    sessions("revoke", account.email(), "--device", id.substring(0, 256))
        .expectFailure("no session");
    sessions("revoke", account.email(), "--device", id).expectDone();

    phone.get().expectError(401, NO_TOKEN);
    laptop.get().expect(404);
  }

  @Test
  void whatIsShownHoldsNoSecret() {
    laptop.post("the wallet", 1, "the hmac").expect(200);
    String hash =
        Sql.rows(DATABASE, "SELECT password_hash FROM accounts WHERE email = ?", account.email())
            .get(0);
    String output =
        accounts("list").out()
            + accounts("list", "--json").out()
            + accounts("show", account.email()).out()
            + accounts("show", "--json", id()).expectDone().out()
            + sessions("list").out()
            + sessions("list", "--json").out()
            + Command.run(DATABASE, "stats").expectDone().out();
    assertThat(output)
        .contains(account.email(), "\"sequence\":1", "\"walletBytes\":10", "accounts", "sessions")
        .doesNotContain(hash, "argon2", laptop.token(), "the wallet", "the hmac")
        .doesNotContain(TestAccount.SALT_SEED);
    assertThat(Command.run(DATABASE, "stats", "--json").expectDone().out())
        .startsWith("{\"accounts\":");
  }

  @Test
  void mistakesAreAnsweredInOneLine() {
    accounts("show", "nobody@example.com").expectFailure("nobody@example.com");
    accounts("show", "0").expectFailure("There is no account");
    accounts("disable", "no address").expectFailure("neither an e-mail address nor");
    assertThat(accounts("fly").expect(2).err()).startsWith("Usage: wallet-sync-server accounts");
    assertThat(Command.run(DATABASE, "accounts").expect(2).err()).contains("list", "disable");
    assertThat(Command.run(DATABASE, "backup").expect(2).err()).contains("FILE");
    assertThat(Command.run(DATABASE, "accounts", "disable", "--help").expectDone().out())
        .startsWith("Usage: wallet-sync-server accounts disable");
    var nowhere = new HashMap<>(ServerProcess.settings(DATABASE));
    nowhere.put("PGPASSWORD", "sesame");
    nowhere.put("PGHOST", "127.0.0.1");
    nowhere.put("PGPORT", String.valueOf(ServerProcess.freePort()));
    Command unreachable = Command.run(nowhere, "check").expectFailure("Cannot reach the database");
    assertThat(unreachable.err()).doesNotContain("sesame");
    nowhere.clear();
    nowhere.put("DATA_DIR", "target/no-such-folder");
    Command.run(nowhere, "stats").expectFailure("There is no database in", "no-such-folder");
    assertThat(Path.of("target/no-such-folder")).doesNotExist();
  }

  private static Command accounts(String... arguments) {
    return command("accounts", arguments);
  }

  private static Command sessions(String... arguments) {
    return command("sessions", arguments);
  }

  private static Command command(String group, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = group;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Command.run(DATABASE, all);
  }

  private String id() {
    return Sql.rows(DATABASE, "SELECT id FROM accounts WHERE email = ?", account.email()).get(0);
  }

  private long tokens() {
    return Sql.number(
        DATABASE,
        "SELECT count(*) FROM auth_tokens JOIN accounts ON id = account_id WHERE email = ?",
        account.email());
  }
}
