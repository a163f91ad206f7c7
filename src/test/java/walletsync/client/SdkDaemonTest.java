package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static walletsync.support.Problems.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.SdkDaemonWallet;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;
import walletsync.support.Middle.Reply;
import walletsync.support.Person;
import walletsync.support.SdkStandIn;
import walletsync.support.TestServer;
import walletsync.support.Vectors;

/** The wallet of an SDK behind its JSON-RPC, alone and in a sync with a wallet file. */
class SdkDaemonTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private static final Secret PASSWORD = Secret.of("any password");

  private final SdkStandIn sdk = new SdkStandIn();
  private SdkDaemonWallet wallet;
  private Person joe;

  @BeforeEach
  void newAccount(@TempDir Path folder) {
    wallet = new SdkDaemonWallet(sdk.address(), "test_wallet_1");
    joe = Person.of(server, folder);
  }

  @AfterEach
  void close() {
    sdk.close();
  }

  /** The stand-in is worth as much as it is like the real one. */
  @Test
  void theStandInAnswersAsTheDocumentedSdk() {
    for (JsonNode vector : Vectors.of("sdk_jsonrpc_responses")) {
      String method = vector.path("request").path("method").asText();
      boolean random =
          method.equals("sync_apply") && !vector.path("body").asText().contains("error");
      String id = vector.path("request").path("params").path("wallet_id").asText();
      if (id.startsWith("test_wallet") && !wallet.exists()) {
        wallet.create();
      }
      if (method.equals("preference_get") && !id.isEmpty()) {
        wallet.set("car", PythonJson.parse("\"\""));
        wallet.set("animal", PythonJson.parse("\"\""));
      }
      if (!random) {
        assertThat(sdk.answer(PythonJson.write(vector.path("request"))))
            .isEqualTo(vector.path("body").textValue());
      }
    }
  }

  @Test
  void aWalletIsMadeWhereThereIsNone() {
    assertThat(wallet.exists()).isFalse();
    wallet.create();
    wallet.create();
    assertThat(wallet.exists()).isTrue();
    assertThat(wallet.hash())
        .isEqualTo("c74f3008fdd2f7c5ae5446ab2e522629f63346f68a4026b4f72b91b393475ff6");
    assertThat(new SdkDaemonWallet(sdk.address(), "").exists()).isTrue();
  }

  @Test
  void preferencesAreTheSdks() {
    wallet.create();
    assertThat(wallet.set("a", PythonJson.parse("{\"x\": 1}"))).hasToString("{\"x\":1}");
    assertThat(wallet.preferences()).hasToString("{a={\"x\":1}}");
    assertThat(wallet.read(Secret.of("any")).values()).isEqualTo(wallet.preferences());
    assertProblem(Problem.LOCAL, () -> wallet.set("a", PythonJson.parse("\"[text\"")));
    assertThatThrownBy(() -> wallet.unset("a"))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("cannot delete");
  }

  @Test
  void anSdkAndAFileComeInStepAndADeletionIsNotBroughtBack() {
    WalletSyncClient desktop = joe.at("desktop", wallet);
    desktop.register();
    desktop.getAuthToken();
    WalletSyncClient phone = joe.loggedIn("phone");
    desktop.setPreference("animal", "cow");
    desktop.setPreference("car", "Audi");
    desktop.sync();
    phone.sync();
    phone.setPreference("animal", "horse");
    phone.unsetPreference("car");
    phone.sync();

    desktop.sync();

    assertThat(desktop.getPreferences()).hasToString("{animal=\"horse\"}");
    assertThat(wallet.preferences()).containsKey("car");
    assertThat(desktop.hasUnsyncedLocalChanges()).isFalse();
    assertThat(desktop.sync().pushed()).isFalse();
    sdk.tick();
    desktop.setPreference("car", "Toyota");
    desktop.sync();
    phone.sync();
    assertThat(phone.getPreferences()).hasToString("{animal=\"horse\", car=\"Toyota\"}");
  }

  @Test
  void whatIsSetAgainToTheValueThatOthersDeletedIsThereAgain() {
    WalletSyncClient desktop = joe.at("desktop", wallet);
    desktop.register();
    desktop.getAuthToken();
    WalletSyncClient phone = joe.loggedIn("phone");
    for (String key : List.of("here", "in the app")) {
      desktop.setPreference(key, "1");
    }
    desktop.sync();
    phone.sync();
    phone.unsetPreference("here");
    phone.unsetPreference("in the app");
    phone.sync();
    desktop.sync();
    assertThat(desktop.getPreferences()).isEmpty();

    desktop.setPreference("here", "1");
    assertThat(desktop.getPreferences()).containsOnlyKeys("here");
    sdk.tick();
    wallet.set("in the app", PythonJson.parse("\"1\""));
    desktop.sync();
    phone.sync();

    assertThat(desktop.getPreferences()).containsOnlyKeys("here", "in the app");
    assertThat(phone.getPreferences()).containsOnlyKeys("here", "in the app");
  }

  @Test
  void aChosenWinnerReachesTheSdkWhateverItsTimestamp() {
    WalletSyncClient desktop = joe.at("desktop", wallet);
    desktop.register();
    desktop.getAuthToken();
    WalletSyncClient phone = joe.loggedIn("phone");
    phone.setPreference("a", "phone");
    phone.sync();
    for (int i = 0; i < 3; i++) {
      sdk.tick();
    }
    desktop.setConflicts(ConflictResolver.theirs());
    desktop.setPreference("a", "desktop");

    desktop.sync();

    assertThat(wallet.preferences()).hasToString("{a=\"phone\"}");
    assertThat(desktop.sync().pushed()).isFalse();
  }

  @Test
  void theSdksErrorsAreExplained() {
    wallet.create();
    String packed = joe.email();
    assertProblem(
        Problem.SIGN_IN,
        () ->
            sdkCall(
                "{\"error\": {\"code\": -32500, \"data\": {\"name\": \"InvalidPasswordError\"},"
                    + " \"message\": \"Password is invalid.\"}, \"jsonrpc\": \"2.0\"}"));
    assertThatThrownBy(
            () ->
                sdkCall(
                    "{\"error\": {\"code\": -32500, \"data\": {\"name\": \"AssertionError\"},"
                        + " \"message\": \"Cannot pack\\nit\\u001b[31m.\"}, \"jsonrpc\": \"2.0\"}"))
        .hasMessage("The SDK says: Cannot pack it [31m.");
    assertProblem(Problem.UNREADABLE, () -> sdkCall("<html>"));
    assertProblem(Problem.LOCAL, () -> sdkCall("{}"));
    for (int status : new int[] {403, 500, 404}) {
      sdk.http().rule((request, forward) -> Reply.of(status, ""));
      assertProblem(Problem.LOCAL, wallet::hash);
    }
    sdk.http().rule((request, forward) -> Reply.of(413, ""));
    assertProblem(Problem.TOO_LARGE, wallet::hash);
    assertThatThrownBy(() -> new SdkDaemonWallet(URI.create("http://127.0.0.1:1/"), "").hash())
        .hasMessageContaining("No SDK answers")
        .hasMessageNotContaining(packed);
  }

  private void sdkCall(String answer) {
    sdk.http().rule((request, forward) -> Reply.of(200, answer));
    String unused = wallet.hash();
  }

  @Test
  void whatItsPersonSetsInTheSecondOfAMergeIsKept() {
    wallet.create();
    wallet.set("a", PythonJson.parse("1"));
    wallet.set("b", PythonJson.parse("1"));
    SdkWallet read = wallet.read(PASSWORD);
    SdkWallet merged = read.with("a", Preference.of(PythonJson.parse("2"), 1_700_000_005));
    sdk.http()
        .rule(
            (request, forward) -> {
              if (request.body().contains("\"data\"")) {
                String unused =
                    sdk.answer(
                        "{\"method\": \"preference_set\", \"params\": {\"wallet_id\":"
                            + " \"test_wallet_1\", \"key\": \"b\", \"value\": \"mine\"}}");
              }
              return Reply.of(200, sdk.answer(request.body()));
            });

    assertThat(wallet.replace(read, merged, PASSWORD)).isPresent();

    assertThat(wallet.preferences()).hasToString("{a=2, b=\"mine\"}");
  }

  @Test
  void aWalletThatWasEditedSinceItWasReadIsNotReplaced() {
    wallet.create();
    wallet.set("a", PythonJson.parse("1"));
    SdkWallet read = wallet.read(PASSWORD);
    wallet.set("a", PythonJson.parse("2"));

    assertThat(
            wallet.replace(read, read.with("a", Preference.of(PythonJson.parse("3"), 1)), PASSWORD))
        .isEmpty();
    assertThat(wallet.preferences()).hasToString("{a=2}");
  }

  /**
   * The SDK does not take keys for an account that it has as watch-only; others must not lose them.
   */
  @Test
  void anAccountThatIsWatchOnlyInTheSdkKeepsItsKeysOnEveryOtherDevice() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.importWallet(oneAccount());
    WalletSyncClient desktop = joe.at("desktop", wallet);
    desktop.getAuthToken();
    desktop.importWallet(oneAccount("seed", "private_key"));

    desktop.sync();
    laptop.sync();
    desktop.sync();
    assertThat(desktop.hasUnsyncedLocalChanges()).isFalse();
    desktop.setPreference("a", "1");
    desktop.sync();

    SdkWallet full = oneAccount();
    WalletSyncClient phone = joe.loggedIn("phone");
    phone.sync();
    assertThat(phone.exportWallet().accounts()).isEqualTo(full.accounts());
    laptop.sync();
    assertThat(laptop.exportWallet().accounts()).isEqualTo(full.accounts());
    assertThat(desktop.exportWallet().accounts()).isEqualTo(full.accounts());
    assertProblem(Problem.LOCAL, () -> desktop.importWallet(full));
  }

  private static SdkWallet oneAccount(String... lacking) {
    ObjectNode account = Vectors.of("sync_hash").get(1).path("accounts").get(0).deepCopy();
    for (String key : lacking) {
      account.put(key, "");
    }
    return SdkWallet.empty().withAccounts(JsonNodeFactory.instance.arrayNode().add(account));
  }
}
