package walletsync.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.LocalWallet;
import walletsync.client.merge.Base;
import walletsync.client.merge.Conflict;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.merge.ThreeWayMerge;
import walletsync.client.merge.ThreeWayMerge.Merged;
import walletsync.client.sdk.AccountKeys;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Held;
import walletsync.client.state.LocalState.Synced;
import walletsync.protocol.Secret;

/** The local wallet as a sync sees it: without what others deleted and the SDK cannot delete. */
final class Device {
  /** How often a merge is begun anew because the person edits the wallet meanwhile. */
  private static final int TRIES = 10;

  private final LocalWallet wallet;
  private final ConflictResolver resolver;

  Device(LocalWallet wallet, ConflictResolver resolver) {
    this.wallet = wallet;
    this.resolver = resolver;
  }

  /** What a merge did to the local wallet. */
  record Applied(Map<String, Preference> undeletable, boolean changed, List<Conflict> conflicts) {}

  /**
   * The local wallet at one moment.
   *
   * @param content what of it counts
   * @param behind whether it has gone back behind the last version in common, so that it has to be
   *     merged before anything is pushed
   */
  record Look(SdkWallet content, boolean behind) {}

  /** What the local wallet is now. */
  Look look(Synced synced, Secret password) {
    SdkWallet stored = wallet.read(password);
    boolean behind = !trusted(synced, stored).equals(synced.mergeBase());
    return new Look(visible(stored, synced, password), behind);
  }

  /** The content that counts. */
  SdkWallet read(Synced synced, Secret password) {
    return look(synced, password).content();
  }

  /** Whether the local wallet has changes that the server has not. */
  boolean hasChanges(Synced synced, Secret password) {
    return !synced.mergeBase().matches(read(synced, password));
  }

  /** Notes in the wallet itself that it is in step now; what to remember of that. */
  Held mark(LocalState state) {
    String mark = UUID.randomUUID().toString();
    wallet.mark(state.held().map(Held::mark).orElse(""), mark);
    return new Held(wallet.identity(), mark);
  }

  /**
   * What of the base says something about this wallet. Setting moves a preference's time forward,
   * so an older one was put back from a copy: then the base is not what came before. The SDK
   * deletes nothing and sets by its clock, so there it is only asked for what is there and no
   * older.
   */
  private Base trusted(Synced synced, SdkWallet stored) {
    Base base = synced.mergeBase();
    Map<String, Preference> trusted = new LinkedHashMap<>(base.preferences());
    trusted
        .entrySet()
        .removeIf(
            entry -> {
              Preference now = stored.preferences().get(entry.getKey());
              return now == null ? !wallet.canDelete() : now.olderThan(entry.getValue());
            });
    if (trusted.size() == base.preferences().size()) {
      return base;
    }
    return wallet.canDelete() ? Base.empty() : new Base(trusted, Map.of());
  }

  /** The values of the preferences that count. */
  Map<String, JsonNode> preferences(Synced synced) {
    Map<String, JsonNode> values = wallet.preferences();
    synced
        .undeletable()
        .forEach(
            (key, preference) -> {
              JsonNode value = values.get(key);
              if (value != null && value.equals(preference.value())) {
                values.remove(key);
              }
            });
    return values;
  }

  /** Merges another version into the local wallet. Nothing is changed where this throws. */
  Applied merge(Synced synced, SdkWallet theirs, Secret password) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      SdkWallet stored = wallet.read(password);
      SdkWallet ours = visible(stored, synced, password);
      Merged merged = ThreeWayMerge.merge(trusted(synced, stored), ours, theirs, resolver);
      if (merged.wallet().sameContent(ours)) {
        return new Applied(
            synced.withoutUndeletable(ours.preferences().keySet()).undeletable(),
            false,
            merged.conflicts());
      }
      Optional<SdkWallet> now = wallet.replace(stored, merged.wallet(), password);
      if (now.isPresent()) {
        return new Applied(leftOver(stored, merged.wallet(), now.get()), true, merged.conflicts());
      }
    }
    throw new ClientException(
        Problem.BUSY, "The local wallet changes all the time. Try again when it is at rest.");
  }

  private static SdkWallet visible(SdkWallet stored, Synced synced, Secret password) {
    SdkWallet visible = stored;
    for (Map.Entry<String, Preference> hidden : synced.undeletable().entrySet()) {
      Preference now = stored.preferences().get(hidden.getKey());
      if (now != null && now.same(hidden.getValue())) {
        visible = visible.without(hidden.getKey());
      }
    }
    return AccountKeys.areMissing(visible) ? withSyncedKeys(visible, synced, password) : visible;
  }

  /** The SDK leaves an account watch-only, though its keys come with a merge. */
  private static SdkWallet withSyncedKeys(SdkWallet visible, Synced synced, Secret password) {
    if (synced.wallet().isEmpty()
        || Base.of(visible).accounts().equals(synced.mergeBase().accounts())) {
      return visible;
    }
    SdkWallet last;
    try {
      last = SdkWallet.unpack(synced.wallet().get().encryptedWallet(), password);
    } catch (ClientException e) {
      return visible; // The password was changed elsewhere: a newer wallet comes first.
    }
    return AccountKeys.completed(visible, last);
  }

  /** What was to be deleted and is still there as it was. */
  private static Map<String, Preference> leftOver(
      SdkWallet before, SdkWallet merged, SdkWallet now) {
    List<String> kept = new ArrayList<>(now.preferences().keySet());
    kept.removeAll(merged.preferences().keySet());
    Map<String, Preference> leftOver = new LinkedHashMap<>();
    for (String key : kept) {
      Preference was = before.preferences().get(key);
      Preference is = now.preferences().get(key);
      if (was != null && is != null && is.same(was)) {
        leftOver.put(key, is);
      }
    }
    return leftOver;
  }

  /**
   * A base that stands for what was stored for sure, given that others have built upon it. That it
   * was stored is only the server's word: of what was posted, it holds what the current wallet
   * bears out.
   */
  static Base acceptedBase(Base before, Base posted, SdkWallet current) {
    Map<String, Preference> preferences = new LinkedHashMap<>(before.preferences());
    posted
        .preferences()
        .forEach(
            (key, ours) -> {
              Preference theirs = current.preferences().get(key);
              if (theirs != null && !theirs.olderThan(ours)) {
                preferences.put(key, ours);
              }
            });
    Map<String, String> accounts = new LinkedHashMap<>(before.accounts());
    Map<String, String> now = Base.of(current).accounts();
    posted
        .accounts()
        .forEach(
            (id, digest) -> {
              if (digest.equals(now.get(id))) {
                accounts.put(id, digest);
              }
            });
    return new Base(preferences, accounts);
  }
}
