package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.SCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.protocol.Sha256;
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
 * Logins that meet password changes, and each other: no token outlives a change of the password,
 * and the stronger hash of an old password never takes the place of a new one.
 */
class LoginRacesTest {
  private static final String NO_MATCH = "Unauthorized: No match for email and/or password";
  private static final String NO_TOKEN = "Unauthorized: Token Not Found";

  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);
  @RegisterExtension static final TestServer other = TestServer.allowAll().on(DATABASE);

  private final TestAccount account = server.newAccount();

  /** The same person at the other process. */
  private final TestAccount elsewhere = new TestAccount(other.http(), account.email());

  @AfterEach
  void everythingIsConsistent() {
    Invariants.hold(DATABASE);
  }

  @Test
  void aLoginWhosePasswordIsChangedAfterItMatchedIsRefused() {
    try (Gate gate = Gate.forTheFirst(DATABASE, "INSERT", "auth_tokens");
        HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var login = begin(() -> elsewhere.tryLogIn("laptop"));
      gate.awaitKept(1); // the password has matched
      var change = begin(() -> account.changePassword("password two"));
      row.awaitWaiting(1);
      gate.open();
      row.awaitWaiting(2).release();

      answer(change).expect(200);
      answer(login).expectError(401, NO_MATCH);
    }
    assertThat(tokens()).isZero();
  }

  @Test
  void aTokenCommittedJustBeforeAPasswordChangeDoesNotOutliveIt() {
    try (Gate gate = Gate.forTheFirst(DATABASE, "UPDATE", "accounts");
        HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var change = begin(() -> account.changePassword("password two"));
      gate.awaitKept(1);
      var login = begin(() -> elsewhere.tryLogIn("laptop"));
      row.awaitWaiting(1);
      gate.open();
      row.awaitWaiting(2).release();

      answer(change).expect(200);
      assertThatIsDead(device(answer(login).expect(200)));
    }
    assertThat(tokens()).isZero();
  }

  @Test
  void aLoginBetweenTheStepsOfAPasswordChangeIsRefused() {
    account.logIn("tablet");
    try (Gate gate = Gate.forTheFirst(DATABASE, "INSERT", "auth_tokens");
        HeldLock tokens = HeldLock.onTokens(DATABASE, account)) {
      var login = begin(() -> elsewhere.tryLogIn("laptop"));
      gate.awaitKept(1);
      var change = begin(() -> account.changePassword("password two"));
      tokens.awaitWaiting(1); // it has the account already, and comes to delete the tokens
      gate.open();
      tokens.awaitWaiting(2).release();

      answer(change).expect(200);
      answer(login).expectError(401, NO_MATCH);
    }
    assertThat(tokens()).isZero();
  }

  @Test
  void aTokenOfAnEarlierPasswordNeverWorksEvenIfOneIsLeft() {
    account.logIn("tablet").post("the first", 1, "hmac").expect(200);
    account.changePassword("password two", "the second", 2, "hmac").expect(200);
    TestDevice left = new TestDevice(server.http(), "0123456789abcdef".repeat(4));
    Sql.update(
        DATABASE,
        """
        INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
        SELECT id, ?, 'laptop', ?, epoch - 1, now() + interval '1 day' FROM accounts WHERE email = ?
        """,
        Sha256.of("laptop"),
        Sha256.of(left.token()),
        account.email());

    assertThatIsDead(left);
    left.post("the second", 2, "hmac").expectError(401, NO_TOKEN); // not even as a retry
    // The device itself is not locked out by what is left.
    account.logIn("laptop").get().expect(200);
    assertThatIsDead(left);
  }

  @Test
  void twoLoginsOfOneDeviceAtOnceLeaveItOneTokenThatWorks() {
    Response first;
    Response second;
    try (Gate gate = Gate.forAll(DATABASE, "INSERT", "auth_tokens");
        HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var one = begin(() -> account.tryLogIn("laptop"));
      var two = begin(() -> elsewhere.tryLogIn("laptop"));
      gate.awaitKept(2).open();
      row.awaitWaiting(2).release();
      first = answer(one).expect(200);
      second = answer(two).expect(200);
    }
    assertThat(tokens()).isEqualTo(1);
    assertThat(Stream.of(first, second).map(login -> device(login).get().status()))
        .containsExactlyInAnyOrder(404, 401);
  }

  @Test
  void anUpgradeOfTheHashThatMeetsAPasswordChangeLeavesTheNewPasswordAlone() {
    useScrypt();
    try (Gate gate = Gate.forTheFirst(DATABASE, "UPDATE", "accounts")) {
      var login = begin(() -> elsewhere.tryLogIn("laptop"));
      gate.awaitKept(1); // it has its token already, and is about to upgrade the hash
      account.changePassword("password two").expect(200);
      gate.open();

      assertThatIsDead(device(answer(login).expect(200)));
    }
    account.tryLogIn("laptop").expect(200);
    elsewhere.tryLogIn("laptop").expectError(401, NO_MATCH);
  }

  @Test
  void aPasswordChangeThatMeetsAnUpgradeOfTheHashSucceeds() {
    useScrypt();
    try (Gate gate = Gate.forTheFirst(DATABASE, "UPDATE", "accounts")) {
      var change = begin(() -> account.changePassword("password two"));
      gate.awaitKept(1); // its statement does not see the new hash yet
      elsewhere.tryLogIn("laptop").expect(200);
      assertThat(hash()).startsWith("$argon2id$");
      gate.open();

      answer(change).expect(200);
    }
    account.tryLogIn("laptop").expect(200);
    elsewhere.tryLogIn("laptop").expectError(401, NO_MATCH);
  }

  @Test
  void twoLoginsThatUpgradeTheHashAtOnceBothSucceed() {
    useScrypt();
    try (Gate gate = Gate.forAll(DATABASE, "UPDATE", "accounts")) {
      var one = begin(() -> account.tryLogIn("laptop"));
      var two = begin(() -> elsewhere.tryLogIn("phone"));
      gate.awaitKept(2);
      try (HeldLock row = HeldLock.onAccount(DATABASE, account)) {
        gate.open();
        row.awaitWaiting(2).release();
      }

      device(answer(one).expect(200)).get().expect(404);
      device(answer(two).expect(200)).get().expect(404);
    }
    assertThat(hash()).startsWith("$argon2id$");
    account.tryLogIn("tablet").expect(200);
  }

  /** Gives the account the hash that the original server would have made, only cheaper. */
  private void useScrypt() {
    byte[] salt = "a salt".getBytes(StandardCharsets.UTF_8);
    byte[] password = account.password().getBytes(StandardCharsets.UTF_8);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    String phc =
        "$scrypt$ln=10,r=8,p=1$%s$%s"
            .formatted(
                base64.encodeToString(salt),
                base64.encodeToString(SCrypt.generate(password, salt, 1 << 10, 8, 1, 32)));
    Sql.update(
        DATABASE, "UPDATE accounts SET password_hash = ? WHERE email = ?", phc, account.email());
  }

  private void assertThatIsDead(TestDevice device) {
    device.get().expectError(401, NO_TOKEN);
    device.post("under the old keys", 1, "hmac").expectError(401, NO_TOKEN);
    device.post("under the old keys", 3, "hmac").expectError(401, NO_TOKEN);
    assertThat(PushSocket.statusOf(device)).isEqualTo(401);
  }

  private static TestDevice device(Response login) {
    return new TestDevice(server.http(), Objects.requireNonNull(login.text("token")));
  }

  private long tokens() {
    return Sql.number(
        DATABASE,
        "SELECT count(*) FROM auth_tokens JOIN accounts ON id = account_id WHERE email = ?",
        account.email());
  }

  private String hash() {
    return Sql.rows(DATABASE, "SELECT password_hash FROM accounts WHERE email = ?", account.email())
        .get(0);
  }
}
