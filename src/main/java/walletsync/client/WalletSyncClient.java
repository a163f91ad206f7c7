package walletsync.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import walletsync.client.api.ServerApi;
import walletsync.client.api.Session;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.FileWallet;
import walletsync.client.local.LocalWallet;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.StateFolder;
import walletsync.protocol.Secret;

/**
 * A device of an account: registers, logs in, and keeps the local wallet in step with the server.
 * Two clients with two profiles stand for two computers.
 *
 * <p>What a client knows is kept in its profile, so that a later client, also after a crash, goes
 * on from there. Every method may throw {@link ClientException}, whose message is for the person
 * and whose {@link ClientException#problem} is for the program. Methods block; a client may be used
 * by several threads, and a profile by several processes.
 */
public final class WalletSyncClient implements AutoCloseable {
  private final String name;
  private final ClientSettings settings;
  private final StateFolder folder;
  private final Account account;
  private final LocalSide local;
  private final ServerSide remote;
  private final Listening listening;

  private WalletSyncClient(
      String email, Secret password, Path profile, LocalWallet wallet, ClientSettings settings) {
    this.name = String.valueOf(profile.getFileName());
    this.settings = settings;
    this.folder = new StateFolder(profile, email, settings.patience());
    ServerApi api = new ServerApi(settings.server(), settings.pause(), settings.random());
    this.account = new Account(email, password, api, settings);
    this.local = new LocalSide(wallet, folder, account, settings);
    this.remote = new ServerSide(folder, account, api, local, settings);
    this.listening = new Listening(this, settings);
  }

  /**
   * A device whose wallet is a file in its profile.
   *
   * @param email the account's address, exactly as at registration
   * @param password the person's password; the server never sees it
   * @param profile the folder of this device, made when it is first needed
   */
  public static WalletSyncClient open(
      String email, String password, Path profile, ClientSettings settings) {
    return open(
        email,
        password,
        profile,
        new FileWallet(profile.resolve("wallet.json"), settings.clock()),
        settings);
  }

  /** A device with another kind of wallet. */
  public static WalletSyncClient open(
      String email, String password, Path profile, LocalWallet wallet, ClientSettings settings) {
    return new WalletSyncClient(email, Secret.of(password), profile, wallet, settings);
  }

  /**
   * Makes the account.
   *
   * @return whether it can log in at once; if not, it has to be verified by mail first
   * @throws ClientException with {@link Problem#USAGE} if the profile is another account's
   */
  public boolean register() {
    folder.load();
    return account.register();
  }

  /** Gets the salt seed from the server and derives the keys: for a device that is new. */
  public void updateDerivedSecrets() {
    account.updateDerivedSecrets();
  }

  /**
   * Takes a password that was changed on another device, and derives its keys. Log in afterwards.
   *
   * @throws ClientException with {@link Problem#UNREACHABLE} if the server does not answer; the
   *     password is taken all the same. With {@link Problem#BUSY} if another operation keeps the
   *     profile; it is not taken then
   */
  public void setLocalPassword(String newPassword) {
    folder.exclusively(
        state -> {
          account.take(Secret.of(newPassword), Optional.empty());
          account.updateDerivedSecrets();
          return true;
        });
  }

  /** Logs this device in. Also decides what became of a change of password without an answer. */
  public void getAuthToken() {
    folder.exclusively(
        state -> {
          LocalState loggedIn = account.logIn(state);
          folder.save(loggedIn);
          String expiration = loggedIn.session().map(Session::expiration).orElse("");
          say(
              expiration.isEmpty()
                  ? "Got auth token"
                  : "Got auth token, valid until " + expiration);
          return true;
        });
  }

  /** Begins where this device left off, else with the server's wallet, else with an empty one. */
  public void initWalletState() {
    remote.begin();
  }

  /** Gets the server's wallet and merges it into the local one. */
  public Outcome getRemoteWallet() {
    return getRemoteWallet(Consent.NONE);
  }

  /**
   * The same with a consent.
   *
   * @throws ClientException with {@link Problem#USAGE} for a consent that only a push can use
   */
  public Outcome getRemoteWallet(Consent consent) {
    remote.pull(consent);
    return Outcome.SUCCESS;
  }

  /**
   * Posts the local wallet as the next version, whether it changed or not. If another device was
   * faster, merges the wallet that comes with the answer.
   */
  public Outcome updateRemoteWallet() {
    return updateRemoteWallet(Consent.NONE);
  }

  /** The same with a consent. */
  public Outcome updateRemoteWallet(Consent consent) {
    return remote.push(consent);
  }

  /** Pulls, merges, and pushes where there is something to push, until both sides are the same. */
  public SyncReport sync() {
    return sync(Consent.NONE);
  }

  /** The same with a consent. */
  public SyncReport sync(Consent consent) {
    return remote.sync(consent);
  }

  /**
   * Changes the password of the account and, where there is one, encrypts the wallet anew. Every
   * device has to log in again, this one too.
   *
   * @throws ClientException with {@link Problem#UNSYNCED} while there are changes that the server
   *     has not; with {@link Problem#UNREACHABLE} if it is unknown which password holds: log in
   *     with either, the server decides
   */
  public void changePassword(String newPassword) {
    remote.changePassword(Secret.of(newPassword));
  }

  /** Sets a text preference. */
  public Map<String, JsonNode> setPreference(String key, String value) {
    return setPreference(key, JsonNodeFactory.instance.textNode(value));
  }

  /** Sets a preference to a value of any JSON type, and returns it as stored. */
  public Map<String, JsonNode> setPreference(String key, JsonNode value) {
    return local.set(key, value);
  }

  /** Deletes a preference; see {@link LocalWallet#unset}. */
  public void unsetPreference(String key) {
    local.unset(key);
  }

  /** The values of all preferences, sorted by name. */
  public Map<String, JsonNode> getPreferences() {
    return local.preferences();
  }

  /** Whether the local wallet has changes that the server does not have. */
  public boolean hasUnsyncedLocalChanges() {
    return local.hasUnsyncedChanges();
  }

  /** The local wallet's whole content, without what others deleted. */
  public SdkWallet exportWallet() {
    return local.export();
  }

  /**
   * The same, encrypted with the password as the SDK does.
   *
   * @throws ClientException with {@link Problem#SIGN_IN} if this is not the password that the
   *     device logged in with. Before the first login any is taken
   */
  public String exportEncryptedWallet() {
    return local.exportEncrypted();
  }

  /** Whether a login has proven a password, so that a mistyped one is noticed. */
  public boolean knowsPassword() {
    return folder.load().credentials().isPresent();
  }

  /** Merges another wallet into the local one as the SDK does: by timestamps, deleting nothing. */
  public void importWallet(SdkWallet incoming) {
    local.merge(incoming);
  }

  /** How conflicts are resolved from now on. */
  public void setConflicts(ConflictResolver resolver) {
    local.setConflicts(resolver);
  }

  /** The version that this device and the server had in common last. */
  public WalletState getWalletState() {
    return folder.load().synced().wallet().map(WalletState::of).orElse(new WalletState(0, ""));
  }

  /** Whether this device has a session, as far as it knows. */
  public boolean isLoggedIn() {
    return folder.load().session().isPresent();
  }

  /**
   * Keeps a websocket to the server open, and syncs when it tells of a change; does nothing if that
   * is being done. What happens is told as messages.
   */
  public void startWebSocket() {
    listening.start();
  }

  /**
   * Waits until this device has a version of the wallet, for example after another device stored
   * it.
   *
   * @return whether it has it in time
   */
  public boolean awaitSequence(long sequence, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (getWalletState().sequence() < sequence) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    return folder.exclusively(state -> true);
  }

  /** Closes the websocket; does nothing if there is none. */
  public void stopWebSocket() {
    listening.close();
  }

  /** Whether a websocket is open or being opened; false once its session cannot be renewed. */
  public boolean isListening() {
    return listening.isOn();
  }

  @Override
  public void close() {
    stopWebSocket();
  }

  Secret token() {
    return folder.load().requireToken();
  }

  private void say(String message) {
    settings.messages().accept(message);
  }

  /** The profile's name; neither account nor secrets. */
  @Override
  public String toString() {
    return "WalletSyncClient[" + name + "]";
  }
}
