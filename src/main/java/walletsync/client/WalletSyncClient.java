package walletsync.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import walletsync.client.api.ServerApi;
import walletsync.client.api.Session;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.Keys;
import walletsync.client.keys.SaltSeed;
import walletsync.client.local.FileWallet;
import walletsync.client.local.LocalWallet;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.push.UpdateListener;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.sdk.WalletContainer;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Credentials;
import walletsync.client.state.LocalState.PasswordChange;
import walletsync.client.state.LocalState.Synced;
import walletsync.client.state.StateFolder;
import walletsync.protocol.Email;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

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
  private final String email;
  private final ClientSettings settings;
  private final LocalWallet wallet;
  private final StateFolder folder;
  private final ServerApi api;
  private volatile Secret password;
  private volatile @Nullable Keys keys;
  private volatile ConflictResolver conflicts;
  private volatile @Nullable String checkedBy;
  private @Nullable UpdateListener listener;
  private @Nullable Following following;

  private WalletSyncClient(
      String email, Secret password, Path profile, LocalWallet wallet, ClientSettings settings) {
    if (Email.parse(email).isEmpty()) {
      throw new ClientException(Problem.USAGE, "This is not an e-mail address.");
    }
    this.name = String.valueOf(profile.getFileName());
    this.email = email;
    this.password = password;
    this.settings = settings;
    this.wallet = wallet;
    this.conflicts = settings.conflicts();
    this.folder = new StateFolder(profile, settings.patience());
    this.api = new ServerApi(settings.server(), settings.pause(), settings.random());
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

  /** Makes the account. It may have to be verified by mail before a login. */
  public void register() {
    Keys derived = derive(password, SaltSeed.random());
    boolean verified;
    try {
      verified = api.signUp(email, derived);
    } catch (ClientException e) {
      if (e.problem() == Problem.UNREACHABLE) {
        throw new ClientException(
            e.problem(), e.getMessage() + " Perhaps the account was made: try to log in.", e);
      }
      throw e;
    }
    keys = derived;
    say(verified ? "Registered" : "Registered. Open the link in the mail, then log in.");
  }

  /** Gets the salt seed from the server and derives the keys: for a device that is new. */
  public void updateDerivedSecrets() {
    keys = derive(password, api.saltSeed(email));
  }

  /**
   * Takes a password that was changed on another device, and derives its keys. Log in afterwards.
   *
   * @throws ClientException with {@link Problem#UNREACHABLE} if the server does not answer; the
   *     password is taken all the same
   */
  public void setLocalPassword(String newPassword) {
    password = Secret.of(newPassword);
    checkedBy = null;
    keys = null;
    updateDerivedSecrets();
  }

  /** Logs this device in. Also decides what became of a change of password without an answer. */
  public void getAuthToken() {
    exclusively(
        state -> {
          Keys current = keys;
          if (current == null || state.passwordChange().isPresent()) {
            current = derive(password, api.saltSeed(email));
          }
          keys = null; // Should the server not know them, the next login derives them anew.
          Session session = api.logIn(email, current.loginPassword(), state.deviceId());
          keys = current;
          LocalState known = decidePasswordChange(state, current.saltSeed());
          save(
              known
                  .withCredentials(credentials(current, password))
                  .withSession(Optional.of(session)));
          say(
              session.expiration().isEmpty()
                  ? "Got auth token"
                  : "Got auth token, valid until " + session.expiration());
          return true;
        });
  }

  /** Begins where this device left off, else with the server's wallet, else with an empty one. */
  public void initWalletState() {
    exclusively(
        state -> {
          if (state.synced().sequence() > 0 && wallet.exists()) {
            say("Going on from wallet state " + state.synced().sequence() + " of this device");
            return true;
          }
          Synchronizer sync = begin(state, Consent.NONE);
          if (sync.pull()) {
            tell("Got latest walletState:", sync.state());
          } else {
            say("No wallet found on the server for this account. Starting a new one.");
          }
          return true;
        });
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
    if (consent == Consent.REPLACE_UNREADABLE) {
      throw new ClientException(
          Problem.USAGE, "To pull replaces nothing on the server: sync or push with this consent.");
    }
    return exclusively(
        state -> {
          Synchronizer sync = begin(state, consent);
          if (sync.pull()) {
            tell("Got latest walletState:", sync.state());
          } else {
            say("No wallet found on the server for this account.");
          }
          return Outcome.SUCCESS;
        });
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
    return exclusively(
        state -> {
          Synchronizer sync = begin(state, consent);
          Outcome outcome = sync.push();
          tell("Got new walletState:", sync.state());
          return outcome;
        });
  }

  /** Pulls, merges, and pushes where there is something to push, until both sides are the same. */
  public SyncReport sync() {
    return sync(Consent.NONE);
  }

  /** The same with a consent. */
  public SyncReport sync(Consent consent) {
    return exclusively(state -> begin(state, consent).sync());
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
    exclusively(
        state -> {
          Secret next = Secret.of(newPassword);
          if (next.equals(password)) {
            throw new ClientException(Problem.USAGE, "The new password is the old one.");
          }
          if (state.passwordChange().isPresent()) {
            throw new ClientException(
                Problem.SIGN_IN,
                "An earlier change of the password was not answered. Log in first, with the new one or"
                    + " else the old one: that decides which holds.");
          }
          Synchronizer sync = begin(state, Consent.NONE);
          LocalState known = sync.state();
          if (known.inFlight().isPresent() || sync.hasChanges()) {
            throw new ClientException(
                Problem.UNSYNCED,
                "Local changes found. Update remote wallet before changing password.");
          }
          Keys old = keys == null ? derive(password, saltSeed(known)) : keys;
          Keys changed = derive(next, SaltSeed.random());
          Credentials credentials = credentials(changed, next);
          Optional<Wallet> packed =
              known
                  .synced()
                  .wallet()
                  .map(
                      was ->
                          credentials
                              .hmacKey()
                              .sign(
                                  new Device(wallet, conflicts)
                                      .read(known.synced(), password)
                                      .pack(next, settings.packing()),
                                  was.sequence() + 1));
          LocalState pending =
              known.withPasswordChange(Optional.of(new PasswordChange(credentials, packed)));
          save(pending);
          sendPasswordChange(known, pending, old, changed, packed);
          password = next;
          checkedBy = null;
          keys = changed;
          say("Changed the password. Every device has to log in again.");
          return true;
        });
  }

  private void sendPasswordChange(
      LocalState before, LocalState pending, Keys old, Keys changed, Optional<Wallet> packed) {
    try {
      api.changePassword(email, old.loginPassword(), changed, packed);
    } catch (ClientException e) {
      if (e.problem() != Problem.UNREACHABLE) {
        save(before);
        throw e;
      }
      throw new ClientException(
          e.problem(),
          e.getMessage()
              + " It is unknown which password holds now. Log in with the new one, or else with the"
              + " old one: both are kept until then.",
          e);
    }
    save(decidePasswordChange(pending, changed.saltSeed()));
  }

  /** Which keys hold is known now: the account's salt seed is this one. */
  private static LocalState decidePasswordChange(LocalState state, SaltSeed current) {
    if (state.passwordChange().isEmpty()) {
      return state;
    }
    PasswordChange change = state.passwordChange().get();
    LocalState decided = state.withPasswordChange(Optional.empty());
    if (!change.credentials().saltSeed().equals(current)) {
      return decided;
    }
    Synced synced = state.synced();
    return decided
        .withCredentials(change.credentials())
        .withSession(Optional.empty())
        .withSynced(
            new Synced(change.wallet().or(synced::wallet), synced.base(), synced.undeletable()));
  }

  /** Sets a text preference. */
  public Map<String, JsonNode> setPreference(String key, String value) {
    return setPreference(key, JsonNodeFactory.instance.textNode(value));
  }

  /** Sets a preference to a value of any JSON type, and returns it as stored. */
  public Map<String, JsonNode> setPreference(String key, JsonNode value) {
    prepareWallet();
    return Map.of(key, wallet.set(key, value));
  }

  /** Deletes a preference; see {@link LocalWallet#unset}. */
  public void unsetPreference(String key) {
    prepareWallet();
    wallet.unset(key);
  }

  /** The values of all preferences, sorted by name. */
  public Map<String, JsonNode> getPreferences() {
    prepareWallet();
    return new Device(wallet, conflicts).preferences(state().synced());
  }

  /** Whether the local wallet has changes that the server does not have. */
  public boolean hasUnsyncedLocalChanges() {
    return exclusively(
        state -> {
          if (wallet.needsPassword()) {
            checkPassword(state);
          }
          LocalState known = withWallet(state);
          return known.inFlight().isPresent()
              || known.synced().mustMerge()
              || new Device(wallet, conflicts).hasChanges(known.synced(), password);
        });
  }

  /** The local wallet's whole content, without what others deleted. */
  public SdkWallet exportWallet() {
    return exclusively(
        state -> {
          if (wallet.needsPassword()) {
            checkPassword(state);
          }
          LocalState known = withWallet(state);
          return new Device(wallet, conflicts).read(known.synced(), password);
        });
  }

  /** Merges another wallet into the local one as the SDK does: by timestamps, deleting nothing. */
  public void importWallet(SdkWallet incoming) {
    exclusively(
        state -> {
          if (wallet.needsPassword()) {
            checkPassword(state);
          }
          withWallet(state);
          SdkWallet local = wallet.read(password);
          if (wallet.replace(local, SdkMerge.merge(local, incoming), password).isEmpty()) {
            throw new ClientException(
                Problem.BUSY, "The local wallet was changed meanwhile. Try again.");
          }
          return true;
        });
  }

  /** How conflicts are resolved from now on. */
  public void setConflicts(ConflictResolver resolver) {
    conflicts = resolver;
  }

  /** The version that this device and the server had in common last. */
  public WalletState getWalletState() {
    return state().synced().wallet().map(WalletState::of).orElse(new WalletState(0, ""));
  }

  /** Whether this device has a session, as far as it knows. */
  public boolean isLoggedIn() {
    return state().session().isPresent();
  }

  /**
   * Keeps a websocket to the server open, and syncs when it tells of a change; does nothing if that
   * is being done. What happens is told as messages.
   */
  public synchronized void startWebSocket() {
    if (listener == null) {
      following = new Following(this, settings);
      listener = UpdateListener.start(settings.server(), following, settings.random());
    }
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
    return exclusively(state -> true);
  }

  /** Closes the websocket; does nothing if there is none. */
  public synchronized void stopWebSocket() {
    if (listener != null && following != null) {
      listener.close();
      following.close();
      listener = null;
      following = null;
    }
  }

  /** Whether a websocket is open or being opened; false once its session cannot be renewed. */
  public synchronized boolean isListening() {
    return following != null && following.isListening();
  }

  @Override
  public void close() {
    stopWebSocket();
  }

  Secret token() {
    return state().session().map(Session::token).orElseThrow(Synchronizer::notLoggedIn);
  }

  private LocalState state() {
    LocalState state = folder.load().orElseGet(() -> LocalState.fresh(email));
    if (!state.email().equals(email)) {
      throw new ClientException(Problem.USAGE, "This profile belongs to another account.");
    }
    return state;
  }

  private <T> T exclusively(Function<LocalState, T> work) {
    return folder.exclusively(() -> work.apply(state()));
  }

  private void save(LocalState state) {
    folder.save(state);
  }

  private Synchronizer begin(LocalState state, Consent consent) {
    checkPassword(state);
    LocalState known = withWallet(state);
    return new Synchronizer(
        folder, known, new Device(wallet, conflicts), api, password, settings, consent);
  }

  private void prepareWallet() {
    if (!wallet.exists()) {
      exclusively(this::withWallet);
    }
  }

  /**
   * The state, with a wallet. If the wallet was there once and is gone, nothing is in common any
   * more, and that is written down first: an empty wallet must not look like one in which the
   * person deleted everything.
   */
  private LocalState withWallet(LocalState state) {
    if (wallet.exists()) {
      return state;
    }
    LocalState known = state.withoutBases();
    save(known);
    wallet.create();
    return known;
  }

  /** A mistyped password must not encrypt anything. */
  private void checkPassword(LocalState state) {
    Credentials credentials = state.credentials().orElseThrow(Synchronizer::notLoggedIn);
    if (credentials.passwordCheck().equals(checkedBy)) {
      return;
    }
    try {
      WalletContainer.decrypt(credentials.passwordCheck(), password);
    } catch (ClientException e) {
      throw new ClientException(
          Problem.SIGN_IN,
          "This is not the password that this device logged in with. If it was changed on another"
              + " device, log in again.",
          e);
    }
    checkedBy = credentials.passwordCheck();
  }

  private static SaltSeed saltSeed(LocalState state) {
    return state.credentials().map(Credentials::saltSeed).orElseThrow(Synchronizer::notLoggedIn);
  }

  private Credentials credentials(Keys keys, Secret password) {
    return new Credentials(
        keys.saltSeed(), keys.hmacKey(), settings.packing().pack("{}", password));
  }

  private Keys derive(Secret from, SaltSeed saltSeed) {
    say("Generating keys...");
    Keys derived = Keys.derive(email, from, saltSeed, settings.keys());
    say("Done generating keys");
    return derived;
  }

  private void tell(String what, LocalState state) {
    state
        .synced()
        .wallet()
        .ifPresent(
            seen -> {
              say(what);
              say(WalletState.of(seen).toString());
            });
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
