package walletsync.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import walletsync.client.ClientSettings;
import walletsync.client.WalletSyncClient;
import walletsync.client.http.ServerAddress;
import walletsync.client.local.LocalWallet;
import walletsync.client.sdk.CheapContainer;

/** Somebody with an account and some computers, that is some profiles. */
public final class Person {
  private static final AtomicInteger PEOPLE = new AtomicInteger();

  private final String email = "person" + PEOPLE.incrementAndGet() + "@example.com";
  private final Path home;
  private final ClientSettings settings;
  private final List<String> messages = new CopyOnWriteArrayList<>();

  public Person(Path home, int port) {
    this.home = home;
    this.settings =
        ClientSettings.forServer(ServerAddress.local(port))
            .withKeys(CheapKeys.derivation())
            .withPacking(CheapContainer.packing())
            .withPause(duration -> {})
            .withMessages(messages::add);
  }

  /** A person on a real server, in a folder of their own. */
  public static Person of(TestServer server, Path folder) {
    return new Person(folder, server.port());
  }

  public String email() {
    return email;
  }

  public ClientSettings settings() {
    return settings;
  }

  /** All that the clients said. */
  public List<String> messages() {
    return messages;
  }

  public Path profile(String computer) {
    return home.resolve(email).resolve(computer);
  }

  /** A client on a computer, not logged in. */
  public WalletSyncClient at(String computer) {
    return at(computer, "password one", settings);
  }

  public WalletSyncClient at(String computer, String password, ClientSettings how) {
    return WalletSyncClient.open(email, password, profile(computer), how);
  }

  public WalletSyncClient at(String computer, LocalWallet wallet) {
    return WalletSyncClient.open(email, "password one", profile(computer), wallet, settings);
  }

  /** A client on a computer, logged in; the account is made if there is none. */
  public WalletSyncClient loggedIn(String computer) {
    WalletSyncClient client = at(computer);
    if (!Files.exists(home.resolve(email))) {
      client.register();
    }
    client.getAuthToken();
    return client;
  }

  /** The same settings with another patience for a locked profile. */
  public ClientSettings impatient() {
    return new ClientSettings(
        settings.server(),
        settings.messages(),
        settings.conflicts(),
        settings.keys(),
        settings.packing(),
        settings.clock(),
        settings.pause(),
        settings.random(),
        Duration.ofMillis(50));
  }
}
