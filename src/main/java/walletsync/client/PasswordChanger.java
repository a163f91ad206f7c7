package walletsync.client;

import java.util.Optional;
import walletsync.client.api.ServerApi;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.Keys;
import walletsync.client.keys.SaltSeed;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.LocalState.Credentials;
import walletsync.client.state.LocalState.PasswordChange;
import walletsync.client.state.LocalState.Synced;
import walletsync.client.state.StateFolder;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

/**
 * Changes the password of an account. The new keys, and the wallet that is encrypted with them, are
 * written down before they are sent, beside the old ones: whichever the server has then, this
 * device has.
 */
final class PasswordChanger {
  private final Account account;
  private final ServerApi api;
  private final StateFolder folder;
  private final ClientSettings settings;

  PasswordChanger(Account account, ServerApi api, StateFolder folder, ClientSettings settings) {
    this.account = account;
    this.api = api;
    this.folder = folder;
    this.settings = settings;
  }

  /** Refuses a change that makes no sense, or whose predecessor is undecided. */
  static void check(LocalState state, Secrets old, Secret next) {
    if (next.equals(old.password())) {
      throw new ClientException(Problem.USAGE, "The new password is the old one.");
    }
    if (state.passwordChange().isPresent()) {
      throw new ClientException(
          Problem.SIGN_IN,
          "An earlier change of the password was not answered. Log in first, with the new one or"
              + " else the old one: that decides which holds.");
    }
  }

  /**
   * Changes it.
   *
   * @param content of the local wallet, which is the same as the server's
   */
  void change(LocalState state, Secrets old, Secret next, SdkWallet content) {
    SaltSeed oldSeed = state.requireCredentials().saltSeed();
    Keys oldKeys = old.keys().orElseGet(() -> account.derive(old.password(), oldSeed));
    Keys newKeys = account.derive(next, SaltSeed.random());
    Optional<Wallet> packed =
        state
            .synced()
            .wallet()
            .map(
                was ->
                    newKeys
                        .hmacKey()
                        .sign(content.pack(next, settings.packing()), was.sequence() + 1));
    Credentials credentials = account.credentials(newKeys, next);
    LocalState pending =
        state.withPasswordChange(Optional.of(new PasswordChange(credentials, packed)));
    folder.save(pending);
    try {
      api.changePassword(account.email(), oldKeys.loginPassword(), newKeys, packed);
    } catch (ClientException e) {
      if (e.problem() != Problem.UNREACHABLE) {
        folder.save(state);
        throw e;
      }
      throw new ClientException(
          e.problem(),
          e.getMessage()
              + " It is unknown which password holds now. Log in with the new one, or else with the"
              + " old one: both are kept until then.",
          e);
    }
    folder.save(decided(pending, newKeys.saltSeed()));
    account.take(next, Optional.of(newKeys));
  }

  /** Which keys hold is known now: the account's salt seed is this one. */
  static LocalState decided(LocalState state, SaltSeed current) {
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
}
