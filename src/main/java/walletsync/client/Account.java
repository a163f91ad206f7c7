package walletsync.client;

import java.util.Optional;
import walletsync.client.api.ServerApi;
import walletsync.client.api.Session;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.Keys;
import walletsync.client.keys.SaltSeed;
import walletsync.client.sdk.WalletContainer;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Credentials;
import walletsync.protocol.Email;
import walletsync.protocol.Secret;

/** Who the person is: address, password, and the keys that follow from them. */
final class Account {
  private final String email;
  private final ServerApi api;
  private final ClientSettings settings;
  private volatile Secrets secrets;

  Account(String email, Secret password, ServerApi api, ClientSettings settings) {
    if (Email.parse(email).isEmpty()) {
      throw new ClientException(Problem.USAGE, "This is not an e-mail address.");
    }
    this.email = email;
    this.api = api;
    this.settings = settings;
    this.secrets = Secrets.of(password);
  }

  String email() {
    return email;
  }

  /** The password as it is now, whether it is right or not. */
  Secret password() {
    return secrets.password();
  }

  /** Whether the account can log in at once. */
  boolean register() {
    Secrets now = secrets;
    Keys derived = derive(now.password(), SaltSeed.random());
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
    replace(now, now.withKeys(Optional.of(derived)));
    say(verified ? "Registered" : "Registered. Open the link in the mail, then log in.");
    return verified;
  }

  void updateDerivedSecrets() {
    Secrets now = secrets;
    replace(now, now.withKeys(Optional.of(derive(now.password(), api.saltSeed(email)))));
  }

  /** From now on the password is this one. */
  synchronized void take(Secret password, Optional<Keys> keys) {
    secrets = Secrets.of(password).withKeys(keys);
  }

  /** Logs in; the state with the session, and with what became of a change of password. */
  LocalState logIn(LocalState state) {
    Secrets now = secrets;
    Keys keys =
        now.keys()
            .filter(known -> state.passwordChange().isEmpty())
            .orElseGet(() -> derive(now.password(), api.saltSeed(email)));
    Session session;
    try {
      session = api.logIn(email, keys.loginPassword(), state.deviceId());
    } catch (ClientException e) {
      if (e.problem() == Problem.SIGN_IN) {
        replace(now, now.withKeys(Optional.empty())); // The next login derives them anew.
      }
      throw e;
    }
    replace(now, now.withKeys(Optional.of(keys)));
    return PasswordChanger.decided(state, keys.saltSeed())
        .withCredentials(credentials(keys, now.password()))
        .withSession(Optional.of(session));
  }

  /** The secrets of whom this device is logged in as: a mistyped password must not encrypt. */
  Secrets proven(LocalState state) {
    Secrets now = secrets;
    String container = state.requireCredentials().passwordCheck();
    if (now.provenBy().equals(Optional.of(container))) {
      return now;
    }
    try {
      WalletContainer.decrypt(container, now.password());
    } catch (ClientException e) {
      throw new ClientException(
          Problem.SIGN_IN,
          "This is not the password that this device logged in with. If it was changed on another"
              + " device, log in again.",
          e);
    }
    Secrets proven = now.withProof(container);
    replace(now, proven);
    return proven;
  }

  Credentials credentials(Keys keys, Secret password) {
    return new Credentials(
        keys.saltSeed(), keys.hmacKey(), settings.packing().pack("{}", password));
  }

  Keys derive(Secret password, SaltSeed saltSeed) {
    say("Generating keys...");
    Keys derived = Keys.derive(email, password, saltSeed, settings.keys());
    say("Done generating keys");
    return derived;
  }

  /** What was found out about secrets that have been replaced meanwhile is of no use any more. */
  private synchronized void replace(Secrets known, Secrets changed) {
    if (secrets.equals(known)) {
      secrets = changed;
    }
  }

  private void say(String message) {
    settings.messages().accept(message);
  }

  @Override
  public String toString() {
    return "Account[***]";
  }
}
