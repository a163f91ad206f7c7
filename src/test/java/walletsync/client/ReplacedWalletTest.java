package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.local.SdkDaemonWallet;
import walletsync.client.merge.ConflictResolver;
import walletsync.support.Person;
import walletsync.support.SdkStandIn;
import walletsync.support.TestServer;

/** The wallet of a device is put back, lost or exchanged; nobody loses anything by that. */
class ReplacedWalletTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private Person joe;

  @BeforeEach
  void newAccount(@TempDir Path folder) {
    joe = Person.of(server, folder);
  }

  private WalletSyncClient phoneInStepWith(WalletSyncClient laptop) {
    laptop.setPreference("a", "1");
    laptop.sync();
    WalletSyncClient phone = joe.loggedIn("phone");
    phone.sync();
    return phone;
  }

  private WalletSyncClient withSdk(SdkStandIn sdk) {
    WalletSyncClient laptop = joe.at("laptop", new SdkDaemonWallet(sdk.address(), ""));
    laptop.getAuthToken();
    return laptop;
  }

  @Test
  void anEmptyWalletOfTheSdkInThePlaceOfAFileDeletesNothing() {
    WalletSyncClient phone = phoneInStepWith(joe.loggedIn("laptop"));
    try (SdkStandIn sdk = new SdkStandIn()) {
      WalletSyncClient laptop = withSdk(sdk);

      laptop.sync();
      phone.sync();

      assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
      assertThat(phone.getPreferences()).hasToString("{a=\"1\"}");
      assertThat(joe.messages()).anyMatch(said -> said.contains("does not count as deleted"));
    }
  }

  @Test
  void anSdkThatWasInstalledAnewDeletesNothing() throws IOException {
    joe.at("laptop").register();
    try (SdkStandIn sdk = new SdkStandIn()) {
      WalletSyncClient laptop = withSdk(sdk);
      WalletSyncClient phone = phoneInStepWith(laptop);
      sdk.reset();

      assertThat(laptop.updateRemoteWallet()).isEqualTo(Outcome.SUCCESS);
      phone.sync();

      assertThat(phone.getPreferences()).hasToString("{a=\"1\"}");
      assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
      assertThat(laptop.hasUnsyncedLocalChanges()).isFalse();
    }
  }

  @Test
  void anSdkThatWasPutBackFromACopyBringsNoOldValues() {
    joe.at("laptop").register();
    try (SdkStandIn sdk = new SdkStandIn()) {
      WalletSyncClient laptop = withSdk(sdk);
      WalletSyncClient phone = phoneInStepWith(laptop);
      var copy = sdk.wallet("default_wallet");
      sdk.tick();
      laptop.setPreference("a", "2");
      laptop.setPreference("b", "2");
      laptop.sync();
      sdk.reset(copy);

      laptop.sync();
      phone.sync();

      assertThat(phone.getPreferences()).hasToString("{a=\"2\", b=\"2\"}");
      assertThat(laptop.getPreferences()).hasToString("{a=\"2\", b=\"2\"}");
    }
  }

  @Test
  void aFileThatWasPutBackFromACopyTakesNothingBack() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = phoneInStepWith(laptop);
    Path file = joe.profile("laptop").resolve("wallet.json");
    String copy = Files.readString(file);
    laptop.setPreference("b", "2");
    laptop.setPreference("a", "2");
    laptop.sync();
    Files.writeString(file, copy);
    laptop.setPreference("c", "3");

    SyncReport report = laptop.sync();
    phone.sync();

    assertThat(phone.getPreferences()).hasToString("{a=\"2\", b=\"2\", c=\"3\"}");
    assertThat(laptop.getPreferences()).hasToString("{a=\"2\", b=\"2\", c=\"3\"}");
    assertThat(report.conflicts()).as("told").hasSize(1);
    assertThat(joe.messages()).anyMatch(said -> said.contains("put back from a copy"));
  }

  /** Nothing in it is older; it only lacks what came with the last sync. */
  @Test
  void aFileThatWasPutBackFromJustBeforeTheLastSyncDeletesNothing() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = phoneInStepWith(laptop);
    Path file = joe.profile("laptop").resolve("wallet.json");
    String copy = Files.readString(file);
    phone.setPreference("b", "2");
    phone.sync();
    laptop.sync();
    Files.writeString(file, copy);

    laptop.sync();
    phone.sync();

    assertThat(phone.getPreferences()).hasToString("{a=\"1\", b=\"2\"}");
    laptop.unsetPreference("b");
    laptop.sync();
    phone.sync();
    assertThat(phone.getPreferences()).as("a later deletion is one").hasToString("{a=\"1\"}");
  }

  @Test
  void theMarkInAFileIsNoPartOfTheWallet() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = phoneInStepWith(laptop);
    assertThat(Files.readString(joe.profile("laptop").resolve("wallet.json")))
        .contains("synced_as");
    assertThat(laptop.exportWallet().json()).doesNotContain("synced_as");
    assertThat(phone.exportWallet().json()).isEqualTo(laptop.exportWallet().json());
  }

  /** The older time is the sign where the mark is not: somebody else wrote the file in place. */
  @Test
  void anOlderTimeThanTheLastOneInCommonIsNoEdit() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = phoneInStepWith(laptop);
    Path file = joe.profile("laptop").resolve("wallet.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceAll("\"ts\": \\d+", "\"ts\": 5")
            .replace("\"value\": \"1\"", "\"value\": \"0\""));
    laptop.setConflicts(ConflictResolver.newest());

    laptop.sync();
    phone.sync();

    assertThat(phone.getPreferences()).hasToString("{a=\"1\"}");
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
  }
}
