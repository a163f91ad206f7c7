package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.HeldLock;
import walletsync.support.Http.Response;
import walletsync.support.Invariants;
import walletsync.support.PushSocket;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Saves that meet each other, in one process and in two on the same database. */
class WalletRacesTest {
  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);
  @RegisterExtension static final TestServer other = TestServer.allowAll().on(DATABASE);

  private final TestAccount account = server.newAccount();
  private final TestDevice laptop = account.logIn("laptop");
  private final TestDevice phone = account.logIn("phone");

  /** The phone, as it speaks with the other process. */
  private final TestDevice elsewhere = new TestDevice(other.http(), phone.token());

  @AfterEach
  void everythingIsConsistent() {
    Invariants.hold(DATABASE);
  }

  @Test
  void ofThirtyTwoWritersAtOnceExactlyOneWinsAndTheOthersAreToldItsWallet() {
    assertThatOneOfManyWins(List.of(laptop, phone), 1);
  }

  @Test
  void ofThirtyTwoWritersAtOnceOverTwoProcessesExactlyOneWinsAndTheOthersAreToldItsWallet() {
    assertThatOneOfManyWins(List.of(laptop, elsewhere), 2);
  }

  private void assertThatOneOfManyWins(List<TestDevice> devices, int atLeastWaiting) {
    List<String> winners = new ArrayList<>();
    for (int sequence = 1; sequence <= 15; sequence++) {
      List<CompletableFuture<Response>> saves = new ArrayList<>();
      try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
        for (int writer = 0; writer < 32; writer++) {
          TestDevice device = devices.get(writer % devices.size());
          String wallet = "wallet " + sequence + " of writer " + writer;
          int next = sequence;
          saves.add(begin(() -> device.post(wallet, next, "hmac of " + wallet)));
        }
        head.awaitWaiting(atLeastWaiting).release();
      }
      List<Response> won = saves.stream().map(s -> answer(s)).filter(this::isStored).toList();
      assertThat(won).as("Writers that won sequence %s", sequence).hasSize(1);
      String winner = String.valueOf(won.get(0).text("encryptedWallet"));
      for (CompletableFuture<Response> save : saves) {
        if (!isStored(answer(save))) {
          assertThatConflictCarries(answer(save), winner, sequence);
        }
      }
      winners.add(sequence + "|" + winner + "|hmac of " + winner);
    }
    assertThat(versions("sequence, encrypted_wallet, hmac")).isEqualTo(winners);
    assertThat(laptop.get().expect(200).text("sequence")).isEqualTo("15");
  }

  @Test
  void aLoserThatWaitedForTheFirstWalletIsToldThatWallet() {
    Response loser = loserBehind("first", 1);

    assertThatConflictCarries(loser, "first", 1);
  }

  @Test
  void aLoserThatWaitedForALaterWalletIsToldThatWalletAndNotTheOneBefore() {
    laptop.post("first", 1, "hmac").expect(200);

    Response loser = loserBehind("second", 2);

    assertThatConflictCarries(loser, "second", 2);
  }

  /** The answer to a save that had to wait for another save of the same sequence. */
  private Response loserBehind(String winnersWallet, long sequence) {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var winner = begin(() -> laptop.post(winnersWallet, sequence, "hmac of " + winnersWallet));
      head.awaitWaiting(1);
      var loser = begin(() -> elsewhere.post("the loser's", sequence, "hmac"));
      head.awaitWaiting(2).release();
      answer(winner).expect(200);
      return answer(loser);
    }
  }

  @Test
  void theSameSaveTwiceAtOnceSucceedsTwiceAndIsStoredAndToldOnce() {
    try (PushSocket socket = PushSocket.open(laptop);
        HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var save = begin(() -> laptop.post("wallet", 1, "hmac"));
      head.awaitWaiting(1);
      var retry =
          begin(() -> new TestDevice(other.http(), laptop.token()).post("wallet", 1, "hmac"));
      head.awaitWaiting(2).release();

      assertThat(answer(save).expect(200).body()).isEqualTo(answer(retry).expect(200).body());
      assertThat(versions("sequence, encrypted_wallet")).containsExactly("1|wallet");
      laptop.post("wallet two", 2, "hmac").expect(200);
      socket.awaitSequence(2);
      assertThat(socket.sequences()).containsExactly(1L, 2L);
    }
  }

  @Test
  void aSocketThatIsOpenedWhileAWalletIsWrittenHearsOfTheOldOneAndTheNewOneInAnyProcess() {
    laptop.post("first", 1, "hmac").expect(200);
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var save = begin(() -> phone.post("second", 2, "hmac"));
      head.awaitWaiting(1);
      try (PushSocket here = PushSocket.open(laptop).awaitSequence(1);
          PushSocket there = PushSocket.open(elsewhere).awaitSequence(1)) {
        head.release();

        answer(save).expect(200);
        here.awaitSequence(2);
        there.awaitSequence(2);
        assertThat(here.sequences()).containsExactly(1L, 2L);
        assertThat(there.sequences()).containsExactly(1L, 2L);
      }
    }
  }

  @Test
  void ofTwoSavesAtOnceThatDifferInTheirHmacOnlyOneIsAConflict() {
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var save = begin(() -> laptop.post("wallet", 1, "hmac"));
      head.awaitWaiting(1);
      var changed = begin(() -> elsewhere.post("wallet", 1, "another hmac"));
      head.awaitWaiting(2).release();

      answer(save).expect(200);
      assertThat(answer(changed).expect(409).text("hmac")).isEqualTo("hmac");
      assertThat(answer(changed).json().has("accepted")).isFalse();
    }
  }

  @Test
  void aRetryAfterTheNextWriteIsToldThatItWasAccepted() {
    laptop.post("first", 1, "hmac one").expect(200);
    laptop.post("first", 1, "hmac one").expect(200);
    phone.post("second", 2, "hmac two").expect(200);

    Response retry = laptop.post("first", 1, "hmac one").expect(409);
    assertThat(retry.json().path("accepted").asBoolean()).isTrue();
    assertThat(retry.text("encryptedWallet")).isEqualTo("second");
    assertThat(laptop.post("first", 1, "hmac").expect(409).json().has("accepted")).isFalse();
    assertThat(laptop.post("First", 1, "hmac one").expect(409).json().has("accepted")).isFalse();
    assertThat(versions("sequence")).containsExactly("1", "2");
  }

  @Test
  void aRetryThatWaitedForTheNextWriteIsToldThatItWasAccepted() {
    laptop.post("first", 1, "hmac one").expect(200);
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      // Somebody else's next write is under way, and so is, behind it, a retry of that write.
      var next = begin(() -> laptop.post("second", 2, "hmac two"));
      head.awaitWaiting(1);
      var retry = begin(() -> elsewhere.post("second", 2, "hmac two"));
      head.awaitWaiting(2);
      // This one has nothing to wait for: its sequence is not the next one.
      assertThat(begin(() -> elsewhere.post("other", 1, "hmac")).join().status()).isEqualTo(409);
      head.release();

      answer(next).expect(200);
      answer(retry).expect(200);
    }
    assertThat(laptop.post("first", 1, "hmac one").expect(409).json().path("accepted").asBoolean())
        .isTrue();
  }

  @Test
  void aSaveBehindWhichItsAccountIsDeletedSucceedsAndLeavesNothing() {
    laptop.post("first", 1, "hmac").expect(200);
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var save = begin(() -> laptop.post("second", 2, "hmac"));
      head.awaitWaiting(1);
      var deletion = begin(this::deleteAccount);
      head.awaitWaiting(2).release();

      answer(save).expect(200);
      assertThat(answer(deletion)).isEqualTo(1);
    }
    laptop.get().expectError(401, "Unauthorized: Token Not Found");
  }

  @Test
  void aSaveThatWaitedForTheDeletionOfItsAccountIsRefused() {
    laptop.post("first", 1, "hmac").expect(200);
    try (HeldLock head = HeldLock.onHead(DATABASE, account)) {
      var deletion = begin(this::deleteAccount);
      head.awaitWaiting(1);
      var save = begin(() -> laptop.post("second", 2, "hmac"));
      head.awaitWaiting(2).release();

      assertThat(answer(deletion)).isEqualTo(1);
      answer(save).expectError(401, "Unauthorized: Token Not Found");
    }
  }

  /** As an operator does it. */
  private int deleteAccount() {
    return Sql.update(DATABASE, "DELETE FROM accounts WHERE email = ?", account.email());
  }

  private boolean isStored(Response response) {
    return response.status() == 200;
  }

  private static void assertThatConflictCarries(Response response, String wallet, long sequence) {
    assertThat(response.expect(409).text("error")).isEqualTo("Conflict: Bad sequence number");
    assertThat(response.text("encryptedWallet")).isEqualTo(wallet);
    assertThat(response.text("sequence")).isEqualTo(String.valueOf(sequence));
    assertThat(response.text("hmac")).isEqualTo("hmac of " + wallet);
    assertThat(response.json().has("accepted")).isFalse();
  }

  private List<String> versions(String columns) {
    return Sql.rows(
        DATABASE,
        "SELECT "
            + columns
            + " FROM wallet_versions JOIN accounts ON id = account_id WHERE email = ?"
            + " ORDER BY sequence",
        account.email());
  }
}
