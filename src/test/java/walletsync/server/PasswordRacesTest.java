package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Gate;
import walletsync.support.HeldLock;
import walletsync.support.Http.Response;
import walletsync.support.Invariants;
import walletsync.support.PushSocket;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/**
 * Password changes that meet saves, and each other. Whatever commits first: no wallet under the old
 * keys is stored after the change, and a refused change changes nothing.
 */
class PasswordRacesTest {
  private static final String NO_TOKEN = "Unauthorized: Token Not Found";
  private static final String NO_MATCH = "Unauthorized: No match for email and/or password";
  private static final String WALLET_NEEDED =
      "Conflict: Wallet exists; need an updated wallet when changing password";
  private static final String BAD_SEQUENCE =
      "Conflict: Bad sequence number or wallet does not exist";

  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);
  @RegisterExtension static final TestServer other = TestServer.allowAll().on(DATABASE);

  private final TestAccount account = server.newAccount();
  private final TestDevice laptop = account.logIn("laptop");

  /** The same person at the other process. */
  private final TestAccount elsewhere = new TestAccount(other.http(), account.email());

  @AfterEach
  void everythingIsConsistent() {
    Invariants.hold(DATABASE);
  }

  @Test
  void aFirstWalletThatWaitedForAPasswordChangeIsRefused() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var change = begin(() -> account.changePassword("password two"));
      head.awaitWaiting(1);
      var save = begin(() -> laptop.post("under the old keys", 1, "hmac"));
      head.awaitWaiting(2).release();

      answer(change).expect(200);
      answer(save).expectError(401, NO_TOKEN);
    }
    assertThat(wallets()).isEmpty();
    assertThatPasswordIs("password two");
    account.logIn("laptop").post("under the new keys", 1, "hmac").expect(200);
  }

  @Test
  void aPasswordChangeThatWaitedForTheFirstWalletIsRefusedAndChangesNothing() {
    Response change =
        changeBehindSave(() -> account.changePassword("password two"), "the first", 1);

    change.expectError(409, WALLET_NEEDED);
    assertThatNothingChanged("the first");
  }

  @Test
  void aLaterWalletThatWaitedForAPasswordChangeIsRefused() {
    laptop.post("the first", 1, "hmac").expect(200);
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var change =
          begin(() -> account.changePassword("password two", "under the new keys", 2, "hmac"));
      head.awaitWaiting(1);
      var save = begin(() -> laptop.post("under the old keys", 2, "hmac"));
      head.awaitWaiting(2).release();

      answer(change).expect(200);
      // Not 409: the client of a dead token must not be shown a wallet under keys it does not have.
      answer(save).expectError(401, NO_TOKEN);
    }
    assertThat(wallets()).containsExactly("the first", "under the new keys");
    assertThatPasswordIs("password two");
  }

  @Test
  void aPasswordChangeThatWaitedForALaterWalletIsRefusedAndChangesNothing() {
    laptop.post("the first", 1, "hmac").expect(200);

    Response change =
        changeBehindSave(
            () -> account.changePassword("password two", "new keys", 2, "hmac"), "the second", 2);

    change.expectError(409, BAD_SEQUENCE);
    assertThatNothingChanged("the first", "the second");
  }

  @Test
  void aPasswordChangeGoesOnWhereTheSaveBeforeItWasGivenUp() {
    laptop.post("the first", 1, "hmac").expect(200);
    try (HeldLock givenUp =
        HeldLock.by(
            DATABASE,
            "UPDATE wallet_heads SET sequence = 2 WHERE account_id ="
                + " (SELECT id FROM accounts WHERE email = ?)",
            account.email())) {
      var change = begin(() -> account.changePassword("password two", "new keys", 2, "hmac"));
      givenUp.awaitWaiting(1).undo();

      answer(change).expect(200);
    }
    assertThat(wallets()).containsExactly("the first", "new keys");
  }

  @Test
  void ofTwoPasswordChangesAtOnceOneWins() {
    assertThatOneWins(
        () -> account.changePassword("password two"),
        () -> elsewhere.changePassword("password three"));

    assertThat(epoch()).isEqualTo(2);
    assertThat(wallets()).isEmpty();
  }

  @Test
  void ofTwoPasswordChangesWithWalletsAtOnceOneWinsWithItsWallet() {
    laptop.post("the first", 1, "hmac").expect(200);

    assertThatOneWins(
        () -> account.changePassword("password two", "keys of two", 2, "hmac"),
        () -> elsewhere.changePassword("password three", "keys of three", 2, "hmac"));

    assertThat(epoch()).isEqualTo(2);
    assertThat(wallets())
        .containsExactly(
            "the first",
            account.password().equals("password two") ? "keys of two" : "keys of three");
  }

  @Test
  void aSocketThatIsOpenedWhileThePasswordChangesDoesNotSurviveInAnyProcess() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var change = begin(() -> account.changePassword("password two"));
      head.awaitWaiting(1); // its tokens are deleted, but nobody else can see that yet
      try (PushSocket here = PushSocket.open(laptop);
          PushSocket there = PushSocket.open(other.http(), "?token=" + laptop.token())) {
        head.release();

        answer(change).expect(200);
        assertThat(here.closeCode()).isEqualTo(1008);
        assertThat(there.closeCode()).isEqualTo(1008);
        assertThat(here.sequences()).isEmpty();
      }
    }
    assertThat(PushSocket.statusOf(laptop)).isEqualTo(401);
  }

  /** Begins two changes from the same old password, and makes them meet at the account's row. */
  private void assertThatOneWins(Supplier<Response> toTwo, Supplier<Response> toThree) {
    try (Gate gate = Gate.forAll(DATABASE, "UPDATE", "accounts");
        HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var two = begin(toTwo);
      var three = begin(toThree);
      gate.awaitKept(2).open();
      row.awaitWaiting(2).release();

      boolean twoWon = answer(two).status() == 200;
      answer(twoWon ? two : three).expect(200);
      answer(twoWon ? three : two).expectError(401, NO_MATCH);
      (twoWon ? account : elsewhere).tryLogIn("laptop").expect(200);
    }
    new TestAccount(server.http(), account.email()).tryLogIn("laptop").expectError(401, NO_MATCH);
  }

  /** The answer to a password change that had to wait for a save, which succeeded. */
  private Response changeBehindSave(
      Supplier<Response> passwordChange, String wallet, long sequence) {
    try (HeldLock head = HeldLock.onHead(DATABASE, account);
        HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      // Let it do its hashing first, so that the save need not wait for so long.
      var change = begin(passwordChange);
      row.awaitWaiting(1);
      var save = begin(() -> laptop.post(wallet, sequence, "hmac"));
      head.awaitWaiting(1);
      row.release();
      head.awaitWaiting(2).release();
      answer(save).expect(200);
      return answer(change);
    }
  }

  private void assertThatNothingChanged(String... stored) {
    assertThat(wallets()).containsExactly(stored);
    assertThat(epoch()).isEqualTo(1);
    laptop.get().expect(200); // its token is as good as before
    assertThatPasswordIs("password one");
  }

  private void assertThatPasswordIs(String password) {
    assertThat(account.password()).isEqualTo(password);
    account.tryLogIn("tablet").expect(200);
  }

  private long epoch() {
    return Sql.number(DATABASE, "SELECT epoch FROM accounts WHERE email = ?", account.email());
  }

  private List<String> wallets() {
    return Sql.rows(
        DATABASE,
        "SELECT encrypted_wallet FROM wallet_versions JOIN accounts ON id = account_id"
            + " WHERE email = ? ORDER BY sequence",
        account.email());
  }
}
