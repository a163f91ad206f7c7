package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static walletsync.support.Problems.assertProblem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.client.failure.Problem;
import walletsync.support.Await;
import walletsync.support.Middle;
import walletsync.support.Middle.Reply;
import walletsync.support.Person;
import walletsync.support.TestServer;

/**
 * Requests and answers that are lost on the way: what becomes of them is found out, never guessed.
 */
class LostAnswersTest {
  private static final String POST = "POST /api/3/wallet";
  private static final String PASSWORD = "POST /api/3/password";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private Middle middle;
  private Person joe;

  @BeforeEach
  void newAccount(@TempDir Path folder) {
    middle = new Middle(server.port());
    joe = new Person(folder, middle.port());
  }

  @AfterEach
  void close() {
    middle.close();
  }

  @Test
  void aLostAnswerIsMadeUpForWithTheSameBytes() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    middle.loseAnswersTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    assertThat(laptop.hasUnsyncedLocalChanges()).isTrue();

    middle.honest();
    SyncReport report = joe.at("laptop").sync();

    assertThat(report.sequence()).isEqualTo(1);
    assertThat(report.conflicts()).isEmpty();
    assertThat(middle.bodies(POST)).hasSize(2).containsOnly(middle.bodies(POST).get(0));
  }

  @Test
  void aLostRequestIsSentAgainAsItWas() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    middle.loseRequestsTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    laptop.setPreference("b", "2");

    middle.honest();

    assertThat(joe.at("laptop").sync().sequence()).isEqualTo(2);
    assertThat(middle.bodies(POST)).hasSize(3);
    assertThat(middle.bodies(POST).get(0)).isEqualTo(middle.bodies(POST).get(1));
    assertThat(laptop.hasUnsyncedLocalChanges()).isFalse();
  }

  @Test
  void whatWasAcceptedAndBuiltUponIsNoConflict() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    middle.loseAnswersTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    middle.honest();
    phone.sync();
    phone.setPreference("a", "2");
    phone.sync();

    SyncReport report = laptop.sync();

    assertThat(report.conflicts()).isEmpty();
    assertThat(laptop.getPreferences()).hasToString("{a=\"2\"}");
  }

  @Test
  void aBusyServerIsAskedAgainAfterTheTimeItNames() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    AtomicInteger refusals = new AtomicInteger();
    middle.rule(
        (request, forward) ->
            request.is(POST) && refusals.incrementAndGet() <= 2
                ? new Reply(503, "{\"error\":\"Service Unavailable\"}", Map.of("Retry-After", "3"))
                : forward.get());
    List<Long> pauses = new ArrayList<>();
    WalletSyncClient patient =
        joe.at(
            "laptop",
            "password one",
            joe.settings().withPause(duration -> pauses.add(duration.toSeconds())));

    assertThat(patient.sync().sequence()).isEqualTo(1);

    assertThat(pauses).hasSize(2).allMatch(seconds -> seconds >= 3);
  }

  @Test
  void aChangedPasswordWhoseAnswerIsLostIsDecidedByTheNextLogin() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    middle.loseAnswersTo(PASSWORD);
    assertThatThrownBy(() -> laptop.changePassword("password two"))
        .hasMessageContaining("unknown which password holds");
    middle.honest();

    assertProblem(Problem.SIGN_IN, joe.at("laptop")::getAuthToken);
    WalletSyncClient later = joe.at("laptop", "password two", joe.settings());
    later.getAuthToken();

    assertThat(later.sync().sequence()).isEqualTo(2);
    assertThat(later.getPreferences()).hasToString("{a=\"1\"}");
  }

  @Test
  void aPasswordChangeThatNeverArrivedLeavesTheOldPassword() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    middle.loseRequestsTo(PASSWORD);
    assertProblem(Problem.UNREACHABLE, () -> laptop.changePassword("password two"));
    middle.honest();

    WalletSyncClient later = joe.at("laptop");
    assertThat(later.sync().sequence()).isEqualTo(1);
    later.getAuthToken();
    later.setPreference("a", "2");
    assertThat(later.sync().sequence()).isEqualTo(2);
  }

  @Test
  void aWalletOnItsWayIsNotStoredUnderAPasswordThatWasChangedMeanwhile() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    middle.loseRequestsTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    middle.honest();
    phone.changePassword("password two");

    laptop.setLocalPassword("password two");
    laptop.getAuthToken();
    laptop.sync();

    phone.getAuthToken();
    phone.sync();
    assertThat(phone.getPreferences()).hasToString("{a=\"1\"}");
    assertThat(middle.bodies(POST).get(1)).isNotEqualTo(middle.bodies(POST).get(0));
  }

  /**
   * The file may be lost whether the post had arrived or not; what was edited since is kept too.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWalletFileThatIsGoneComesBackFromWhatIsOnItsWay(boolean arrived) throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    laptop.sync();
    phone.sync();
    laptop.setPreference("b", "2");
    if (arrived) {
      middle.loseAnswersTo(POST);
    } else {
      middle.loseRequestsTo(POST);
    }
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    Files.delete(joe.profile("laptop").resolve("wallet.json"));
    laptop.setPreference("c", "3");
    middle.honest();

    WalletSyncClient later = joe.at("laptop");
    assertThat(later.hasUnsyncedLocalChanges()).isTrue();
    SyncReport report = later.sync();
    phone.sync();

    assertThat(report.conflicts()).isEmpty();
    assertThat(later.getPreferences()).hasToString("{a=\"1\", b=\"2\", c=\"3\"}");
    assertThat(phone.getPreferences()).isEqualTo(later.getPreferences());
    assertThat(middle.bodies(POST).get(2)).isEqualTo(middle.bodies(POST).get(1));
  }

  @Test
  void aWalletFileThatIsGoneComesBackAlsoWhenOthersHaveBuiltUponWhatWasOnItsWay()
      throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    laptop.setPreference("b", "1");
    middle.loseAnswersTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    middle.honest();
    phone.sync();
    phone.setPreference("b", "2");
    phone.sync();
    Files.delete(joe.profile("laptop").resolve("wallet.json"));

    SyncReport report = laptop.sync();

    assertThat(report.conflicts()).isEmpty();
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\", b=\"2\"}");
    phone.sync();
    assertThat(phone.getPreferences()).isEqualTo(laptop.getPreferences());
  }

  @Test
  void theLastCopyOfAWalletIsNotThrownAwayBecauseThePasswordWasChanged() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    middle.loseRequestsTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    middle.honest();
    Files.delete(joe.profile("laptop").resolve("wallet.json"));
    phone.changePassword("password two");
    laptop.setLocalPassword("password two");
    laptop.getAuthToken();

    assertProblem(Problem.LOCAL, laptop::sync).hasMessageContaining("former password");
    assertThat(Files.readString(joe.profile("laptop").resolve("state.json")))
        .contains("\"inFlight\"");
  }

  @Test
  void aRefusalOfARetryIsNotTakenForOneOfTheFirstTry() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    middle.loseAnswersTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    laptop.setPreference("a", "2");
    middle.rule(
        (request, forward) ->
            request.is(POST) && request.body().contains("\"sequence\": 1,")
                ? Reply.of(400, "{\"error\":\"Bad Request: no more of this\"}")
                : forward.get());

    SyncReport report = laptop.sync();

    assertThat(report.sequence()).isEqualTo(2);
    assertThat(report.conflicts()).isEmpty();
    assertThat(laptop.getPreferences()).hasToString("{a=\"2\"}");
  }

  @Test
  void aRefusalIsOnlyTheLastWordOnceTheServersWalletHasBeenSeen() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    middle.rule(
        (request, forward) ->
            switch (request.method()) {
              case "POST" -> Reply.of(413, "<html>");
              default -> null;
            });
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    middle.rule((request, forward) -> request.is(POST) ? Reply.of(413, "<html>") : forward.get());
    assertProblem(Problem.TOO_LARGE, laptop::sync);
    laptop.setPreference("a", "small");
    middle.honest();

    assertThat(laptop.sync().sequence()).isEqualTo(1);
    assertThat(laptop.getPreferences()).hasToString("{a=\"small\"}");
  }

  @Test
  void whatSomethingBetweenAnswersLeavesAWalletOnItsWay() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    for (Reply reply :
        List.of(
            Reply.of(200, ""),
            Reply.of(200, "[]"),
            Reply.of(200, "<html>"),
            Reply.of(302, ""),
            Reply.of(401, "<html>"),
            Reply.of(403, ""),
            Reply.of(404, "{}"))) {
      middle.answer(POST, reply);
      assertProblem(Problem.UNREACHABLE, laptop::sync);
    }
    middle.answer(POST, Reply.of(200, "{\"encryptedWallet\":\"x\",\"sequence\":1,\"hmac\":\"x\"}"));
    assertProblem(Problem.UNTRUSTED, laptop::sync);

    middle.honest();

    assertThat(laptop.sync().sequence()).isEqualTo(1);
    assertThat(middle.bodies(POST)).hasSize(9).containsOnly(middle.bodies(POST).get(0));
  }

  @Test
  void aChangeOfPasswordThatIsNotAnsweredByTheServerItselfIsUndecided() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    for (Reply reply : List.of(Reply.of(200, ""), Reply.of(403, "<html>"))) {
      middle.answer(PASSWORD, reply);
      assertProblem(Problem.UNREACHABLE, () -> laptop.changePassword("password two"));
      assertProblem(Problem.SIGN_IN, () -> laptop.changePassword("password three"))
          .hasMessageContaining("Log in first");
      laptop.getAuthToken();
    }
    middle.honest();
    laptop.changePassword("password two");
    laptop.getAuthToken();
  }

  /** Else the profile would hold the keys of one password, and the proof of another. */
  @Test
  void aPasswordIsNotTakenInTheMiddleOfALogin() {
    joe.loggedIn("laptop");
    WalletSyncClient laptop = joe.at("laptop", "password one", joe.impatient());
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    middle.rule(
        (request, forward) -> {
          if (request.is("POST /api/3/auth/full")) {
            asked.countDown();
            Await.latch(answer);
          }
          return forward.get();
        });
    CompletableFuture<Boolean> login =
        Await.begin(
            () -> {
              laptop.getAuthToken();
              return true;
            });
    Await.latch(asked);

    assertProblem(Problem.BUSY, () -> laptop.setLocalPassword("password two"));

    answer.countDown();
    assertThat(Await.answer(login)).isTrue();
    assertThat(joe.at("laptop").sync().sequence()).isZero();
  }
}
