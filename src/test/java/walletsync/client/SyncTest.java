package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static walletsync.support.Problems.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.merge.ConflictResolver;
import walletsync.support.Await;
import walletsync.support.Person;
import walletsync.support.TestServer;

/** The facade with a real server: two clients stand for two computers. */
class SyncTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private Person joe;

  @BeforeEach
  void newAccount(@TempDir Path folder) {
    joe = Person.of(server, folder);
  }

  @Test
  void theSeedsStoryComesOutAsTheSeedTellsIt() {
    WalletSyncClient c1 = joe.loggedIn("1");
    WalletSyncClient c2 = joe.loggedIn("2");
    c1.initWalletState();
    assertThat(joe.messages())
        .last()
        .isEqualTo("No wallet found on the server for this account. Starting a new one.");
    assertThat(c1.updateRemoteWallet()).isEqualTo(Outcome.SUCCESS);
    c2.initWalletState();
    assertThat(c2.getWalletState()).isEqualTo(c1.getWalletState());
    assertThat(c2.updateRemoteWallet()).isEqualTo(Outcome.SUCCESS);
    c1.getRemoteWallet();
    assertThat(c1.getWalletState().sequence()).isEqualTo(2);

    c1.setPreference("animal", "cow");
    c1.updateRemoteWallet();
    c2.getRemoteWallet();
    assertThat(c2.getPreferences()).hasToString("{animal=\"cow\"}");

    c1.setPreference("car", "Audi");
    c2.setPreference("animal", "horse");
    c1.updateRemoteWallet();
    c2.getRemoteWallet();
    assertThat(c2.getPreferences()).hasToString("{animal=\"horse\", car=\"Audi\"}");
    c2.updateRemoteWallet();
    c1.getRemoteWallet();

    c2.setPreference("animal", "beaver");
    c1.setPreference("car", "Toyota");
    assertThat(c2.updateRemoteWallet()).isEqualTo(Outcome.SUCCESS);
    assertThat(c1.updateRemoteWallet()).isEqualTo(Outcome.OUT_OF_DATE);
    assertThat(joe.messages())
        .contains(
            "Wallet state out of date. Getting updated wallet state. Try posting again after this.");
    assertThat(c1.getPreferences()).hasToString("{animal=\"beaver\", car=\"Toyota\"}");
    assertThat(c1.updateRemoteWallet()).isEqualTo(Outcome.SUCCESS);
    assertThat(c1.getWalletState().sequence()).isEqualTo(7);
  }

  @Test
  void syncPushesWhatIsNewAndNothingElse() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    assertThat(laptop.sync().sequence()).isZero();
    laptop.setPreference("a", "1");
    assertThat(laptop.hasUnsyncedLocalChanges()).isTrue();

    SyncReport first = laptop.sync();

    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.pushed()).isTrue();
    assertThat(laptop.hasUnsyncedLocalChanges()).isFalse();
    assertThat(laptop.sync().pushed()).isFalse();
    SyncReport second = joe.loggedIn("phone").sync();
    assertThat(second.pulled()).isTrue();
    assertThat(second.pushed()).isFalse();
  }

  @Test
  void aDeletionTravels() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    laptop.setPreference("b", "1");
    laptop.sync();
    phone.sync();

    phone.unsetPreference("a");
    phone.sync();
    laptop.sync();

    assertThat(laptop.getPreferences()).hasToString("{b=\"1\"}");
  }

  @Test
  void deletionAgainstChangeIsLeftToThePersonAndChangesNothingUntilThen() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("car", "Audi");
    laptop.sync();
    phone.sync();
    laptop.unsetPreference("car");
    phone.setPreference("car", "Toyota");
    phone.sync();
    String before = Files.readString(joe.profile("laptop").resolve("wallet.json"));

    laptop.setConflicts(ConflictResolver.refuse());
    assertProblem(Problem.CONFLICT, laptop::sync);
    assertThat(Files.readString(joe.profile("laptop").resolve("wallet.json"))).isEqualTo(before);

    laptop.setConflicts(ConflictResolver.ours());
    SyncReport report = laptop.sync();
    phone.sync();

    assertThat(report.conflicts()).hasToString("[Conflict[car]]");
    assertThat(phone.getPreferences()).isEmpty();
  }

  @Test
  void whatALaterClientOfTheProfileDoesBuildsUponTheEarlierOne() {
    joe.loggedIn("laptop").setPreference("a", "1");
    assertThat(joe.at("laptop").sync().sequence()).isEqualTo(1);
    assertThat(joe.at("laptop").sync().pushed()).isFalse();
  }

  @Test
  void aMistypedPasswordEncryptsNothing() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");

    WalletSyncClient mistyped = joe.at("laptop", "password two", joe.settings());

    assertProblem(Problem.SIGN_IN, mistyped::sync);
    assertProblem(Problem.SIGN_IN, mistyped::updateRemoteWallet);
    assertProblem(Problem.SIGN_IN, mistyped::getAuthToken);
    assertThat(laptop.sync().sequence()).isEqualTo(1);
  }

  @Test
  void withoutALoginTheReasonIsSaid() {
    assertProblem(Problem.SIGN_IN, joe.at("laptop")::sync);
    assertProblem(Problem.SIGN_IN, joe.at("laptop")::getAuthToken);
  }

  @Test
  void anAccountIsMadeOnce() {
    joe.at("laptop").register();
    assertProblem(Problem.REFUSED, joe.at("phone")::register);
  }

  @Test
  void aProfileIsNotUsedForAnotherAccount() {
    joe.loggedIn("laptop");
    WalletSyncClient other =
        WalletSyncClient.open(
            "other@example.com", "password one", joe.profile("laptop"), joe.settings());
    assertProblem(Problem.USAGE, other::sync);
  }

  @Test
  void aWalletFileThatIsGoneIsNoMassDeletion() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    Files.delete(joe.profile("laptop").resolve("wallet.json"));

    assertProblem(Problem.UNSYNCED, () -> laptop.changePassword("password two"));
    laptop.sync();

    assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
  }

  @Test
  void aDamagedWalletFileIsLeftAsItIs() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    Path file = joe.profile("laptop").resolve("wallet.json");
    Files.writeString(file, "{\"half\": ");

    assertProblem(Problem.UNREADABLE, laptop::sync);
    assertThat(file).hasContent("{\"half\": ");
  }

  @Test
  void theProfileIsForItsOwnerAlone() throws IOException {
    joe.loggedIn("laptop").setPreference("a", "1");
    try (var files = Files.walk(joe.profile("laptop"))) {
      files.forEach(
          file -> {
            try {
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .as(file.toString())
                  .endsWith("------");
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
    }
    assertThat(Files.readString(joe.profile("laptop").resolve("state.json")))
        .doesNotContain("password one");
  }

  @Test
  void aWalletOverTheServersLimitIsExplainedAndStaysOnTheDevice() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    StringBuilder noise = new StringBuilder();
    new Random(1).ints(120_000, 33, 126).forEach(c -> noise.append((char) c));
    laptop.setPreference("big", noise.toString());

    assertThatThrownBy(laptop::sync)
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_LARGE))
        .hasMessageContaining("MAX_BODY_BYTES");

    laptop.setPreference("big", "small");
    assertThat(laptop.sync().sequence()).isEqualTo(1);
  }

  @Test
  void aChangedPasswordTakesTheWalletAlongAndEverybodyLogsInAgain() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    assertProblem(Problem.UNSYNCED, () -> laptop.changePassword("password two"));
    laptop.sync();
    phone.sync();
    phone.setPreference("b", "1");

    laptop.changePassword("password two");

    assertProblem(Problem.SIGN_IN, laptop::sync);
    laptop.getAuthToken();
    assertThat(laptop.sync().sequence()).isEqualTo(2);
    assertProblem(Problem.SIGN_IN, phone::sync);
    phone.setLocalPassword("password two");
    phone.getAuthToken();
    phone.sync();
    laptop.sync();
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\", b=\"1\"}");
  }

  @Test
  void aPasswordCanBeChangedWithoutAWallet() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.changePassword("password two");
    laptop.getAuthToken();
    laptop.setPreference("a", "1");
    assertThat(laptop.sync().sequence()).isEqualTo(1);
  }

  @Test
  void preferencesAreOfAnyType() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    JsonNode value = walletsync.client.sdk.PythonJson.parse("{\"x\": [1, null, 2.5]}");
    Map<String, JsonNode> set = laptop.setPreference("p", value);
    assertThat(set).containsEntry("p", value);
    laptop.sync();
    WalletSyncClient phone = joe.loggedIn("phone");
    phone.sync();
    assertThat(phone.getPreferences()).containsEntry("p", value);
  }

  @Test
  void aProfileInUseIsSaidToBe() {
    joe.loggedIn("laptop");
    Path lock = joe.profile("laptop").resolve("lock");
    walletsync.client.local.FileMutex.holding(
        lock,
        Duration.ofSeconds(1),
        () -> {
          assertProblem(Problem.BUSY, joe.at("laptop", "password one", joe.impatient())::sync);
          return true;
        });
  }

  @Test
  void aDeviceThatListensHearsOfChangesAndSyncs() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    try (WalletSyncClient phone = joe.loggedIn("phone")) {
      phone.startWebSocket();
      Await.until("it listens", () -> joe.messages().contains("Listening for changes"));

      laptop.setPreference("a", "1");
      laptop.sync();

      assertThat(phone.awaitSequence(1, Duration.ofSeconds(20))).isTrue();
      assertThat(phone.getPreferences()).hasToString("{a=\"1\"}");
    }
  }

  @Test
  void aListeningDeviceWhosePasswordWasChangedElsewhereSaysSo() {
    try (WalletSyncClient phone = joe.loggedIn("phone")) {
      phone.startWebSocket();
      Await.until("it listens", () -> joe.messages().contains("Listening for changes"));

      WalletSyncClient laptop = joe.loggedIn("laptop");
      laptop.changePassword("password two");

      Await.until(
          "it says why it stopped",
          () -> joe.messages().stream().anyMatch(text -> text.startsWith("Stopped listening")));
    }
  }
}
