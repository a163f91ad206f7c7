package walletsync.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import walletsync.client.api.Fetched;
import walletsync.client.api.PostAnswer;
import walletsync.client.api.ServerApi;
import walletsync.client.api.Session;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.merge.Base;
import walletsync.client.merge.Conflict;
import walletsync.client.sdk.Packing;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Credentials;
import walletsync.client.state.LocalState.InFlight;
import walletsync.client.state.LocalState.Synced;
import walletsync.client.state.StateFolder;
import walletsync.protocol.Limits;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

/**
 * Pull and push of one operation, with the state on disk. Each step is written down before the next
 * one begins, in an order in which a device that dies in between loses nothing: the local wallet
 * first, then what it was merged with; a wallet on its way first, then the request.
 */
final class Synchronizer {
  private final StateFolder folder;
  private final Device device;
  private final ServerApi api;
  private final Secret password;
  private final Consumer<String> messages;
  private final Consent consent;
  private final Packing packing;
  private final List<Conflict> conflicts = new ArrayList<>();
  private LocalState state;
  private boolean pulled;
  private boolean pushed;
  private boolean mustPush;

  Synchronizer(
      StateFolder folder,
      LocalState state,
      Device device,
      ServerApi api,
      Secret password,
      ClientSettings settings,
      Consent consent) {
    this.folder = folder;
    this.state = state;
    this.device = device;
    this.api = api;
    this.password = password;
    this.messages = settings.messages();
    this.packing = settings.packing();
    this.consent = consent;
  }

  LocalState state() {
    return state;
  }

  boolean hasChanges() {
    return mustPush || state.synced().mustMerge() || device.hasChanges(state.synced(), password);
  }

  SyncReport report() {
    return new SyncReport(state.synced().sequence(), pulled, pushed, List.copyOf(conflicts));
  }

  /**
   * Finishes what an earlier run left, then merges what the server has; false if it has nothing.
   */
  boolean pull() {
    if (state.inFlight().isPresent()) {
      settle();
    }
    return fetch();
  }

  /** Posts the local wallet as the next version. */
  Outcome push() {
    if (state.inFlight().isPresent() && settle() == Outcome.OUT_OF_DATE) {
      return Outcome.OUT_OF_DATE;
    }
    if (state.synced().mustMerge()) {
      fetch();
    }
    long next = state.synced().sequence() + 1;
    if (next > Limits.MAX_SEQUENCE) {
      throw new ClientException(Problem.REFUSED, "The account has used up all sequences.");
    }
    SdkWallet ours = device.read(state.synced(), password);
    Credentials credentials = credentials();
    Wallet signed = credentials.hmacKey().sign(ours.pack(password, packing), next);
    save(
        state.withInFlight(
            Optional.of(new InFlight(signed, Base.of(ours), credentials.saltSeed()))));
    return settle();
  }

  /** Sends the wallet that is on its way until it is known what became of it. */
  private Outcome settle() {
    InFlight flight = state.inFlight().orElseThrow();
    if (!flight.saltSeed().equals(credentials().saltSeed())) {
      return settleUnderNewPassword(flight);
    }
    PostAnswer answer;
    try {
      answer = api.post(token(), flight.wallet());
    } catch (ClientException e) {
      if (e.problem() != Problem.UNREACHABLE && e.problem() != Problem.SIGN_IN) {
        save(state.withInFlight(Optional.empty()));
      }
      throw e;
    }
    if (answer instanceof PostAnswer.OutOfDate outOfDate) {
      return merge(flight, outOfDate);
    }
    return stored(flight);
  }

  /** Its keys are not the account's any more: to send it again could store it under them. */
  private Outcome settleUnderNewPassword(InFlight flight) {
    Fetched fetched = api.fetch(token(), Optional.empty());
    if (fetched instanceof Fetched.Found found && found.wallet().equals(flight.wallet())) {
      return stored(flight);
    }
    save(state.withInFlight(Optional.empty()));
    return Outcome.OUT_OF_DATE;
  }

  private Outcome stored(InFlight flight) {
    pushed = true;
    mustPush = false;
    save(
        state
            .withSynced(
                new Synced(
                    Optional.of(flight.wallet()),
                    Optional.of(flight.base()),
                    state.synced().undeletable()))
            .withInFlight(Optional.empty()));
    messages.accept("Successfully updated wallet state on server");
    return Outcome.SUCCESS;
  }

  private Outcome merge(InFlight flight, PostAnswer.OutOfDate answer) {
    Fetched fetched =
        answer.current().isPresent()
            ? new Fetched.Found(answer.current().get())
            : api.fetch(token(), Optional.empty());
    if (fetched instanceof Fetched.Found found && found.wallet().equals(flight.wallet())) {
      return stored(flight); // The original server does not recognize a retry.
    }
    messages.accept(
        "Wallet state out of date. Getting updated wallet state. Try posting again after this.");
    Optional<Base> posted = answer.accepted() ? Optional.of(flight.base()) : Optional.empty();
    if (posted.isEmpty()) {
      save(state.withInFlight(Optional.empty()));
    }
    take(fetched, posted);
    return Outcome.OUT_OF_DATE;
  }

  private boolean fetch() {
    Synced synced = state.synced();
    Optional<Wallet> known = synced.mustMerge() ? Optional.empty() : synced.wallet();
    return take(api.fetch(token(), known), Optional.empty());
  }

  private boolean take(Fetched fetched, Optional<Base> posted) {
    if (fetched instanceof Fetched.Found found) {
      receive(found.wallet(), posted);
      return true;
    }
    if (fetched instanceof Fetched.None && state.synced().sequence() > 0) {
      requireConsent(
          Consent.ADOPT_OLDER,
          "The server has lost the wallet: it had version " + state.synced().sequence() + ".");
      save(state.withSynced(Synced.nothing()).withInFlight(Optional.empty()));
      return false;
    }
    return fetched instanceof Fetched.NotModified;
  }

  private void receive(Wallet wallet, Optional<Base> posted) {
    Optional<SdkWallet> opened = open(wallet);
    if (opened.isEmpty()) {
      mustPush = true;
      save(
          state
              .withSynced(
                  new Synced(
                      Optional.of(wallet), Optional.of(Base.empty()), state.synced().undeletable()))
              .withInFlight(Optional.empty()));
      return;
    }
    Synced common = notOlder(wallet);
    SdkWallet theirs = opened.get();
    if (posted.isPresent()) {
      common =
          new Synced(
              common.wallet(),
              Optional.of(Device.acceptedBase(common.mergeBase(), posted.get(), theirs)),
              common.undeletable());
    }
    Device.Applied applied = device.merge(common, theirs, password);
    pulled |= applied.changed();
    conflicts.addAll(applied.conflicts());
    save(
        state
            .withSynced(
                new Synced(
                    Optional.of(wallet), Optional.of(Base.of(theirs)), applied.undeletable()))
            .withInFlight(Optional.empty()));
  }

  /** The wallet's content, or nothing where it shall be replaced unread. */
  private Optional<SdkWallet> open(Wallet wallet) {
    if (!credentials().hmacKey().verifies(wallet)) {
      requireConsent(
          Consent.REPLACE_UNREADABLE,
          "The server's wallet is not signed with this password: it was changed on its way, by the"
              + " server, or by a client that works in another way.");
      return Optional.empty();
    }
    try {
      return Optional.of(SdkWallet.unpack(wallet.encryptedWallet(), password));
    } catch (ClientException e) {
      requireConsent(
          Consent.REPLACE_UNREADABLE,
          "The server's wallet is signed with this password but cannot be read. " + e.getMessage());
      return Optional.empty();
    }
  }

  /** What to merge upon: nothing, where the server went back and the person agrees. */
  private Synced notOlder(Wallet wallet) {
    Synced synced = state.synced();
    if (wallet.sequence() < synced.sequence()) {
      requireConsent(
          Consent.ADOPT_OLDER,
          "The server sent version "
              + wallet.sequence()
              + " of the wallet, but this device has seen version "
              + synced.sequence()
              + ".");
      return synced.withoutBase();
    }
    if (wallet.sequence() == synced.sequence() && !synced.wallet().equals(Optional.of(wallet))) {
      requireConsent(
          Consent.ADOPT_OLDER,
          "The server sent another version "
              + wallet.sequence()
              + " of the wallet than this device has seen.");
      return synced.withoutBase();
    }
    return synced;
  }

  private void requireConsent(Consent needed, String why) {
    if (consent == needed) {
      return;
    }
    String wayForward =
        needed == Consent.ADOPT_OLDER
            ? "The server may have been restored from a backup, or it may be lying. The local wallet"
                + " is untouched. If you know why, sync with the consent to adopt the older wallet"
                + " (--adopt-older): both are merged, and nothing is lost."
            : "The local wallet is untouched. If you are sure of the password, sync with the consent"
                + " to replace the server's wallet by the local one (--replace-unreadable): what"
                + " only the server had is lost.";
    throw new ClientException(Problem.UNTRUSTED, why + " " + wayForward);
  }

  private Credentials credentials() {
    return state.credentials().orElseThrow(Synchronizer::notLoggedIn);
  }

  private Secret token() {
    return state.session().map(Session::token).orElseThrow(Synchronizer::notLoggedIn);
  }

  static ClientException notLoggedIn() {
    return new ClientException(Problem.SIGN_IN, "This device is not logged in. Log in first.");
  }

  private void save(LocalState changed) {
    folder.save(changed);
    state = changed;
  }
}
