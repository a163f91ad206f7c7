package walletsync.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import walletsync.client.api.Backoff;
import walletsync.client.api.Fetched;
import walletsync.client.api.PostAnswer;
import walletsync.client.api.ServerApi;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.merge.Base;
import walletsync.client.merge.Conflict;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Held;
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
  /** How often a sync tries again because other devices are faster. */
  private static final int TRIES = 10;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final StateFolder folder;
  private final Device device;
  private final ServerApi api;
  private final Secret password;
  private final ClientSettings settings;
  private final Trust trust;
  private final List<Conflict> conflicts = new ArrayList<>();
  private LocalState state;
  private boolean pulled;
  private boolean pushed;

  /** The sequence of a wallet of the server that shall be replaced unread; 0 without one. */
  private long replaced;

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
    this.settings = settings;
    this.trust = new Trust(state.requireCredentials().hmacKey(), password, consent);
  }

  LocalState state() {
    return state;
  }

  boolean hasChanges() {
    return replaced > 0
        || state.synced().mustMerge()
        || device.hasChanges(state.synced(), password);
  }

  /** Finishes what was left over, then merges what the server has; false if it has nothing. */
  boolean pull() {
    if (state.inFlight().isPresent()) {
      settle();
    }
    return fetch(mustMerge(look()) ? Optional.empty() : state.synced().wallet());
  }

  /** Posts the local wallet as the next version; again where it may replace what it meets. */
  Outcome push() {
    Outcome outcome = post();
    return outcome == Outcome.OUT_OF_DATE && replaced > 0 ? post() : outcome;
  }

  /** Pulls, and pushes until the server has what this device has. */
  SyncReport sync() {
    pull();
    for (int attempt = 1; hasChanges(); attempt++) {
      if (attempt > TRIES) {
        throw new ClientException(
            Problem.UNREACHABLE, "Other devices are always faster. Try again later.");
      }
      if (push() == Outcome.OUT_OF_DATE) {
        settings.pause().pause(Backoff.fullJitter(attempt, LONGEST_PAUSE, settings.random()));
      }
    }
    return new SyncReport(state.synced().sequence(), pulled, pushed, List.copyOf(conflicts));
  }

  private Outcome post() {
    if (state.inFlight().isPresent() && settle() == Outcome.OUT_OF_DATE) {
      return Outcome.OUT_OF_DATE;
    }
    Device.Look look = look();
    if (mustMerge(look)) {
      fetch(Optional.empty());
      look = look();
      if (mustMerge(look) && replaced == 0) {
        throw new ClientException(
            Problem.UNTRUSTED, "The server's wallet could not be merged, so nothing is stored.");
      }
    }
    long next = (replaced > 0 ? replaced : state.synced().sequence()) + 1;
    if (next > Limits.MAX_SEQUENCE) {
      throw new ClientException(Problem.REFUSED, "The account has used up all sequences.");
    }
    SdkWallet ours = look.content();
    Wallet signed =
        state.requireCredentials().hmacKey().sign(ours.pack(password, settings.packing()), next);
    save(
        state.withInFlight(
            Optional.of(
                new InFlight(
                    signed, Optional.of(Base.of(ours)), state.requireCredentials().saltSeed()))));
    return settle();
  }

  /** Sends the wallet that is on its way until it is known what became of it. */
  private Outcome settle() {
    InFlight flight = state.inFlight().orElseThrow();
    if (!flight.saltSeed().equals(state.requireCredentials().saltSeed())) {
      return settleUnderNewPassword(flight);
    }
    if (flight.base().isEmpty()) {
      flight = putBack(flight);
    }
    PostAnswer answer;
    try {
      answer = api.post(state.requireToken(), flight.wallet());
    } catch (ClientException e) {
      if (e.problem() == Problem.REFUSED || e.problem() == Problem.TOO_LARGE) {
        return settleRefused(flight, e);
      }
      throw e;
    }
    if (answer instanceof PostAnswer.OutOfDate outOfDate) {
      return merge(flight, outOfDate);
    }
    return stored(flight);
  }

  /** The local wallet was lost meanwhile: what is on its way is a copy of it. */
  private InFlight putBack(InFlight flight) {
    SdkWallet copy = SdkWallet.unpack(flight.wallet().encryptedWallet(), password);
    note(device.merge(state.synced().withoutBase(), copy, password));
    InFlight known = flight.withBase(Optional.of(Base.of(copy)));
    save(state.withInFlight(Optional.of(known)));
    say("The wallet of this device was gone. What was on its way to the server is in it again.");
    return known;
  }

  /** A refusal says nothing of earlier tries, one of which may have been stored: look. */
  private Outcome settleRefused(InFlight flight, ClientException refusal) {
    Fetched fetched;
    try {
      fetched = fetchWhole();
    } catch (ClientException e) {
      refusal.addSuppressed(e);
      throw refusal;
    }
    if (fetched.is(flight.wallet())) {
      return stored(flight);
    }
    save(state.withInFlight(Optional.empty()));
    throw refusal;
  }

  /** Its keys are not the account's any more: to send it again could store it under them. */
  private Outcome settleUnderNewPassword(InFlight flight) {
    if (fetchWhole().is(flight.wallet())) {
      return stored(flight);
    }
    if (flight.base().isEmpty()) {
      throw new ClientException(
          Problem.LOCAL,
          "The wallet of this device is gone, and the version of it that was on its way to the"
              + " server needs the former password. It is kept. Put the wallet back from a copy into"
              + " a new profile, or go on there with the server's wallet.");
    }
    save(state.withInFlight(Optional.empty()));
    return Outcome.OUT_OF_DATE;
  }

  private Outcome stored(InFlight flight) {
    pushed = true;
    replaced = 0;
    Base base = flight.base().orElse(Base.empty());
    Synced known = state.synced().withoutUndeletable(base.preferences().keySet());
    inStep(new Synced(Optional.of(flight.wallet()), flight.base(), known.undeletable()));
    say("Successfully updated wallet state on server");
    return Outcome.SUCCESS;
  }

  private Outcome merge(InFlight flight, PostAnswer.OutOfDate answer) {
    Fetched fetched = answer.current().<Fetched>map(Fetched.Found::new).orElseGet(this::fetchWhole);
    if (fetched.is(flight.wallet())) {
      return stored(flight); // The original server does not recognize a retry.
    }
    say("Wallet state out of date. Getting updated wallet state. Try posting again after this.");
    boolean builtUpon =
        answer.accepted()
            && fetched instanceof Fetched.Found found
            && found.wallet().sequence() > flight.wallet().sequence();
    Optional<Base> posted = builtUpon ? flight.base() : Optional.empty();
    if (posted.isEmpty()) {
      save(state.withInFlight(Optional.empty()));
    }
    take(fetched, posted);
    return Outcome.OUT_OF_DATE;
  }

  private Fetched fetchWhole() {
    return api.fetch(state.requireToken(), Optional.empty());
  }

  private boolean fetch(Optional<Wallet> known) {
    return take(api.fetch(state.requireToken(), known), Optional.empty());
  }

  private Device.Look look() {
    return device.look(state.synced(), password);
  }

  private boolean mustMerge(Device.Look look) {
    if (look.behind()) {
      say("The wallet of this device is older than at the last sync. It is merged anew.");
    }
    return look.behind() || state.synced().mustMerge();
  }

  private boolean take(Fetched fetched, Optional<Base> posted) {
    if (fetched instanceof Fetched.Found found) {
      receive(found.wallet(), posted);
      return true;
    }
    if (fetched instanceof Fetched.None && state.synced().sequence() > 0) {
      trust.lost(state.synced());
      save(state.withSynced(Synced.nothing()).withInFlight(Optional.empty()));
      return false;
    }
    return fetched instanceof Fetched.NotModified;
  }

  private void receive(Wallet wallet, Optional<Base> posted) {
    Optional<SdkWallet> opened = trust.open(state.synced(), wallet);
    if (opened.isEmpty()) {
      replaced = wallet.sequence();
      save(state.withInFlight(Optional.empty()));
      return;
    }
    replaced = 0;
    SdkWallet theirs = opened.get();
    Synced seen = trust.mergeBase(state.synced(), wallet);
    Synced common =
        posted
            .map(base -> seen.withBase(Device.acceptedBase(seen.mergeBase(), base, theirs)))
            .orElse(seen);
    Device.Applied applied = device.merge(common, theirs, password);
    note(applied);
    inStep(new Synced(Optional.of(wallet), Optional.of(Base.of(theirs)), applied.undeletable()));
  }

  /** The wallet is marked first: a mark that is not noted does no harm. */
  private void inStep(Synced synced) {
    Held held = device.mark(state);
    save(state.withSynced(synced).withInFlight(Optional.empty()).withHeld(held));
  }

  private void note(Device.Applied applied) {
    pulled |= applied.changed();
    conflicts.addAll(applied.conflicts());
  }

  private void say(String message) {
    settings.messages().accept(message);
  }

  private void save(LocalState changed) {
    folder.save(changed);
    state = changed;
  }
}
