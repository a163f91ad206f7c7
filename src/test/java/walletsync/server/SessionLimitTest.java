package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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

/** An account has a hundred sessions at most: one more ends the one that would expire first. */
class SessionLimitTest {
  private static final int MOST = 100;
  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);
  @RegisterExtension static final TestServer other = TestServer.allowAll().on(DATABASE);

  private final TestAccount account = server.newAccount();

  @AfterEach
  void everythingIsConsistent() {
    Invariants.hold(DATABASE);
  }

  @Test
  void oneMoreDeviceEndsTheSessionThatWouldExpireFirstWithItsWebsockets() {
    TestDevice oldest = account.logIn("oldest");
    Sql.update(
        DATABASE,
        "UPDATE auth_tokens SET expires = now() + interval '1 hour' WHERE device_id = 'oldest'");
    TestDevice second = account.logIn("second");
    logInOthers(MOST - 2);
    double displacedBefore = displaced();

    try (PushSocket here = PushSocket.open(oldest);
        PushSocket there = PushSocket.open(other.http(), "?token=" + oldest.token());
        PushSocket stays = PushSocket.open(second)) {
      TestDevice newest = account.logIn("newest");

      assertThat(here.closeCode()).isEqualTo(1008);
      assertThat(there.closeCode()).isEqualTo(1008);
      oldest.get().expectError(401, "Unauthorized: Token Not Found");
      newest.get().expect(404);
      second.get().expect(404);
      assertThat(stays.isOpen()).isTrue();
    }
    assertThat(sessions()).isEqualTo(MOST);
    assertThat(displaced() - displacedBefore).isEqualTo(1);
  }

  @Test
  void aDeviceThatLogsInAgainTakesNobodysPlace() {
    TestDevice first = account.logIn("first");
    logInOthers(MOST - 1);

    TestDevice again = account.logIn("first");

    first.get().expect(401);
    again.get().expect(404);
    assertThat(sessions()).isEqualTo(MOST);
    account.logIn("one more").get().expect(404);
    again.get().expect(404); // it is not the one that expires first any more
  }

  @Test
  void whatIsBeyondTheLimitFromBeforeEndsWithTheNextLogin() {
    logInOthers(MOST + 50);

    account.logIn("laptop").get().expect(404);

    assertThat(sessions()).isEqualTo(MOST);
  }

  @Test
  void loginsOfManyDevicesAtOnceNeverExceedTheLimitAndAllWork() {
    logInOthers(MOST);
    List<CompletableFuture<Response>> logins = new ArrayList<>();
    try (Gate gate = Gate.forAll(DATABASE, "INSERT", "auth_tokens");
        HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      for (int i = 0; i < 5; i++) {
        TestServer process = i % 2 == 0 ? server : other;
        TestAccount there = new TestAccount(process.http(), account.email());
        String device = "device " + i;
        logins.add(begin(() -> there.tryLogIn(device)));
      }
      // None of their statements sees what the others store.
      gate.awaitKept(5).open();
      row.awaitWaiting(5).release();

      for (CompletableFuture<Response> login : logins) {
        String token = Objects.requireNonNull(answer(login).expect(200).text("token"));
        new TestDevice(server.http(), token).get().expect(404);
      }
    }
    assertThat(sessions()).isEqualTo(MOST);
  }

  @Test
  void twoLoginsThatWouldEndTheSameSessionEndTwo() {
    logInOthers(MOST);
    try (Gate gate = Gate.forTheFirst(DATABASE, "INSERT", "auth_tokens");
        HeldLock tokens = HeldLock.onTokens(DATABASE, account)) {
      var second = begin(() -> new TestAccount(other.http(), account.email()).tryLogIn("second"));
      gate.awaitKept(1);
      var first = begin(() -> account.tryLogIn("first"));
      tokens.awaitWaiting(1); // it is settled which session ends for it
      gate.open();
      tokens.awaitWaiting(2).release();

      answer(first).expect(200);
      answer(second).expect(200);
    }
    assertThat(sessions()).isEqualTo(MOST);
  }

  @Test
  void ofALongDeviceIdOnlyTheBeginningIsKeptAndYetItIsThatDevices() {
    String id = "😀".repeat(20_000);
    TestDevice device = account.logIn(id + "1");
    TestDevice almostTheSame = account.logIn(id + "2");
    assertThat(account.logIn(id + "1").get().status()).isEqualTo(404);

    device.get().expect(401);
    almostTheSame.get().expect(404);
    assertThat(
            Sql.rows(
                DATABASE,
                "SELECT DISTINCT device_id FROM auth_tokens JOIN accounts ON id = account_id"
                    + " WHERE email = ?",
                account.email()))
        .containsExactly("😀".repeat(256));
  }

  /** So many more sessions, of which the first expires after a day. */
  private void logInOthers(int sessions) {
    Sql.update(
        DATABASE,
        """
        INSERT INTO auth_tokens (account_id, device_key, device_id, token_hash, epoch, expires)
        SELECT id, sha256(convert_to('device ' || n || id, 'UTF8')), 'device ' || n || id,
               sha256(convert_to('token ' || n || id, 'UTF8')), epoch,
               now() + interval '1 day' + n * interval '1 hour'
        FROM accounts, generate_series(1, ?) n WHERE email = ?
        """,
        sessions,
        account.email());
  }

  private long sessions() {
    return Sql.number(
        DATABASE,
        "SELECT count(*) FROM auth_tokens JOIN accounts ON id = account_id WHERE email = ?",
        account.email());
  }

  private static double displaced() {
    return server.http().metric("wallet_sync_sessions_displaced_total");
  }
}
