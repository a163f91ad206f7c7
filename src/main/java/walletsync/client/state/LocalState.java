package walletsync.client.state;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import walletsync.client.api.Session;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.HmacKey;
import walletsync.client.keys.SaltSeed;
import walletsync.client.merge.Base;
import walletsync.client.sdk.Preference;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

/**
 * What a device remembers between runs. Whatever is about to be sent is written here first, so that
 * a device that dies at any moment can go on from it.
 *
 * @param email the account; a state is never used for another
 * @param deviceId what names this device to the server
 * @param credentials what a login proved to be right; empty before the first one
 * @param session the token; empty when there is none
 * @param synced what this device and the server had in common last
 * @param inFlight a posted wallet whose answer has not been seen
 * @param passwordChange a change of password whose answer has not been seen
 * @param held the local wallet that all this is about; empty as long as there is none
 */
public record LocalState(
    String email,
    String deviceId,
    Optional<Credentials> credentials,
    Optional<Session> session,
    Synced synced,
    Optional<InFlight> inFlight,
    Optional<PasswordChange> passwordChange,
    Optional<Held> held) {

  /**
   * The keys of the password, without the password.
   *
   * @param passwordCheck a container that only this password opens
   */
  public record Credentials(SaltSeed saltSeed, HmacKey hmacKey, String passwordCheck) {

    /** Not the container: a password can be tried out on it. */
    @Override
    public String toString() {
      return "Credentials[***]";
    }
  }

  /**
   * The last version in common.
   *
   * @param wallet as the server has it; empty if it had none
   * @param base its content, for the next merge; empty where the local wallet is not known to
   *     contain it, so that it has to be merged first
   * @param undeletable preferences that others deleted and the SDK keeps; as long as they are as
   *     they were then, they count as deleted
   */
  public record Synced(
      Optional<Wallet> wallet, Optional<Base> base, Map<String, Preference> undeletable) {
    public Synced {
      undeletable = Collections.unmodifiableMap(new LinkedHashMap<>(undeletable));
    }

    /** Nothing in common yet. */
    public static Synced nothing() {
      return new Synced(Optional.empty(), Optional.empty(), Map.of());
    }

    /** The sequence of the wallet, 0 without one. */
    public long sequence() {
      return wallet.map(Wallet::sequence).orElse(0L);
    }

    /** What a merge builds upon; nothing, where nothing is known. */
    public Base mergeBase() {
      return base.orElse(Base.empty());
    }

    /** Whether there is a version that the local wallet may not contain. */
    public boolean mustMerge() {
      return wallet.isPresent() && base.isEmpty();
    }

    /** The same with another version of its content to merge upon. */
    public Synced withBase(Base changed) {
      return new Synced(wallet, Optional.of(changed), undeletable);
    }

    /** The same where these preferences do not count as deleted any more: they were set again. */
    public Synced withoutUndeletable(Collection<String> keys) {
      Map<String, Preference> left = new LinkedHashMap<>(undeletable);
      left.keySet().removeAll(keys);
      return new Synced(wallet, base, left);
    }

    /** The same with nothing to merge upon: what differs then goes to whoever resolves. */
    public Synced withoutBase() {
      return new Synced(wallet, Optional.empty(), Map.of());
    }
  }

  /**
   * A wallet on its way, to the letter: encrypted again, it would be another one.
   *
   * @param base its content; empty where the local wallet is not known to contain it, so that it
   *     has to be merged first
   * @param saltSeed of the keys that it was made with
   */
  public record InFlight(Wallet wallet, Optional<Base> base, SaltSeed saltSeed) {

    /** The same with what the local wallet is known to contain of it. */
    public InFlight withBase(Optional<Base> changed) {
      return new InFlight(wallet, changed, saltSeed);
    }
  }

  /**
   * New keys of which nobody knows yet whether the server has them. The old ones are kept beside
   * them until a login decides.
   *
   * @param credentials the new keys
   * @param wallet the wallet that was sent along
   */
  public record PasswordChange(Credentials credentials, Optional<Wallet> wallet) {}

  /**
   * Which wallet the device had when it was last in step.
   *
   * @param identity its kind and place
   * @param mark what it was marked with then; empty before the first time
   */
  public record Held(String identity, String mark) {}

  /** A device that has not done anything yet. */
  public static LocalState fresh(String email) {
    return new LocalState(
        email,
        UUID.randomUUID().toString(),
        Optional.empty(),
        Optional.empty(),
        Synced.nothing(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * What a login proved.
   *
   * @throws ClientException with {@link Problem#SIGN_IN} before the first one
   */
  public Credentials requireCredentials() {
    return credentials.orElseThrow(LocalState::notLoggedIn);
  }

  /**
   * The token of the session.
   *
   * @throws ClientException with {@link Problem#SIGN_IN} without one
   */
  public Secret requireToken() {
    return session.map(Session::token).orElseThrow(LocalState::notLoggedIn);
  }

  private static ClientException notLoggedIn() {
    return new ClientException(Problem.SIGN_IN, "This device is not logged in. Log in first.");
  }

  public LocalState withCredentials(Credentials changed) {
    return new LocalState(
        email, deviceId, Optional.of(changed), session, synced, inFlight, passwordChange, held);
  }

  public LocalState withSession(Optional<Session> changed) {
    return new LocalState(
        email, deviceId, credentials, changed, synced, inFlight, passwordChange, held);
  }

  public LocalState withSynced(Synced changed) {
    return new LocalState(
        email, deviceId, credentials, session, changed, inFlight, passwordChange, held);
  }

  public LocalState withInFlight(Optional<InFlight> changed) {
    return new LocalState(
        email, deviceId, credentials, session, synced, changed, passwordChange, held);
  }

  /**
   * The same for a device whose wallet is gone: nothing is in common any more, neither with the
   * server nor with what is on its way there.
   */
  public LocalState withoutBases() {
    return withSynced(synced.withoutBase())
        .withInFlight(inFlight.map(flight -> flight.withBase(Optional.empty())));
  }

  public LocalState withPasswordChange(Optional<PasswordChange> changed) {
    return new LocalState(email, deviceId, credentials, session, synced, inFlight, changed, held);
  }

  public LocalState withHeld(Held changed) {
    return new LocalState(
        email,
        deviceId,
        credentials,
        session,
        synced,
        inFlight,
        passwordChange,
        Optional.of(changed));
  }
}
