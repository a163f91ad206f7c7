package walletsync.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.LocalWallet;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.sdk.AccountKeys;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Held;
import walletsync.client.state.StateFolder;
import walletsync.protocol.Secret;

/** What a person does with the wallet of this device, without a server. */
final class LocalSide {
  private final LocalWallet wallet;
  private final StateFolder folder;
  private final Account account;
  private final Consumer<String> messages;
  private volatile ConflictResolver conflicts;

  LocalSide(LocalWallet wallet, StateFolder folder, Account account, ClientSettings settings) {
    this.wallet = wallet;
    this.folder = folder;
    this.account = account;
    this.messages = settings.messages();
    this.conflicts = settings.conflicts();
  }

  void setConflicts(ConflictResolver resolver) {
    conflicts = resolver;
  }

  /** The wallet as a sync sees it. */
  Device device() {
    return new Device(wallet, conflicts);
  }

  boolean exists() {
    return wallet.exists();
  }

  Map<String, JsonNode> set(String key, JsonNode value) {
    prepare();
    JsonNode stored = wallet.set(key, value);
    if (folder.load().synced().undeletable().containsKey(key)) {
      folder.exclusively(
          state -> {
            folder.save(state.withSynced(state.synced().withoutUndeletable(Set.of(key))));
            return true;
          });
    }
    return Map.of(key, stored);
  }

  void unset(String key) {
    prepare();
    wallet.unset(key);
  }

  Map<String, JsonNode> preferences() {
    prepare();
    return device().preferences(folder.load().synced());
  }

  boolean hasUnsyncedChanges() {
    return reading(
        (state, password) ->
            state.inFlight().isPresent()
                || state.synced().mustMerge()
                || device().hasChanges(state.synced(), password));
  }

  SdkWallet export() {
    return reading((state, password) -> device().read(state.synced(), password));
  }

  /** With a password that is known to be right, wherever one is known. */
  String exportEncrypted() {
    return folder.exclusively(
        state -> {
          Secret password =
              state.credentials().isPresent() || wallet.needsPassword()
                  ? account.proven(state).password()
                  : account.password();
          return device().read(withWallet(state).synced(), password).pack(password);
        });
  }

  void merge(SdkWallet incoming) {
    SdkWallet now =
        reading(
            (state, password) -> {
              SdkWallet local = wallet.read(password);
              SdkWallet merged = AccountKeys.completed(SdkMerge.merge(local, incoming), incoming);
              return wallet
                  .replace(local, merged, password)
                  .orElseThrow(
                      () ->
                          new ClientException(
                              Problem.BUSY, "The local wallet was changed meanwhile. Try again."));
            });
    if (!now.accounts().equals(AccountKeys.completed(now, incoming).accounts())) {
      throw new ClientException(
          Problem.LOCAL,
          "The SDK has an account without its keys, and does not take them from another wallet."
              + " Remove that account from the SDK, and import again; the rest is imported.");
    }
  }

  /**
   * The state, with a wallet. If the wallet is not the one that this device had when it was last in
   * step, nothing is in common any more, and that is written down first: what another wallet lacks
   * must not look like something that the person deleted.
   */
  LocalState withWallet(LocalState state) {
    boolean exists = wallet.exists();
    if (exists && isHeld(state)) {
      return state;
    }
    boolean changed = !exists || state.held().isPresent();
    LocalState known =
        (changed ? state.withoutBases() : state).withHeld(new Held(wallet.identity(), ""));
    folder.save(known);
    if (!exists) {
      wallet.create();
    } else if (changed) {
      messages.accept(
          "The wallet of this device is not the one that it was at the last sync: it was put back"
              + " from a copy, or another one is used now. What it lacks does not count as deleted.");
    }
    return known;
  }

  private boolean isHeld(LocalState state) {
    return state
        .held()
        .filter(held -> held.identity().equals(wallet.identity()))
        .filter(held -> held.mark().isEmpty() || wallet.descendsFrom(held.mark()))
        .isPresent();
  }

  private void prepare() {
    if (!wallet.exists() || !isHeld(folder.load())) {
      folder.exclusively(this::withWallet);
    }
  }

  private <T> T reading(BiFunction<LocalState, Secret, T> work) {
    return folder.exclusively(
        state -> {
          Secret password =
              wallet.needsPassword() ? account.proven(state).password() : account.password();
          return work.apply(withWallet(state), password);
        });
  }
}
