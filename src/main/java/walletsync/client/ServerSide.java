package walletsync.client;

import walletsync.client.api.ServerApi;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.SdkWallet;
import walletsync.client.state.LocalState;
import walletsync.client.state.StateFolder;
import walletsync.protocol.Secret;

/** What a person does with the server's wallet. One operation at a time in a profile. */
final class ServerSide {
  private final StateFolder folder;
  private final Account account;
  private final ServerApi api;
  private final LocalSide local;
  private final ClientSettings settings;

  ServerSide(
      StateFolder folder,
      Account account,
      ServerApi api,
      LocalSide local,
      ClientSettings settings) {
    this.folder = folder;
    this.account = account;
    this.api = api;
    this.local = local;
    this.settings = settings;
  }

  void begin() {
    folder.exclusively(
        state -> {
          if (state.synced().sequence() > 0 && local.exists()) {
            say("Going on from wallet state " + state.synced().sequence() + " of this device");
            return true;
          }
          Synchronizer sync = synchronizer(state, Consent.NONE);
          if (sync.pull()) {
            tell("Got latest walletState:", sync.state());
          } else {
            say("No wallet found on the server for this account. Starting a new one.");
          }
          return true;
        });
  }

  void pull(Consent consent) {
    if (consent == Consent.REPLACE_UNREADABLE) {
      throw new ClientException(
          Problem.USAGE, "To pull replaces nothing on the server: sync or push with this consent.");
    }
    folder.exclusively(
        state -> {
          Synchronizer sync = synchronizer(state, consent);
          if (sync.pull()) {
            tell("Got latest walletState:", sync.state());
          } else {
            say("No wallet found on the server for this account.");
          }
          return true;
        });
  }

  Outcome push(Consent consent) {
    return folder.exclusively(
        state -> {
          Synchronizer sync = synchronizer(state, consent);
          Outcome outcome = sync.push();
          tell("Got new walletState:", sync.state());
          return outcome;
        });
  }

  SyncReport sync(Consent consent) {
    return folder.exclusively(state -> synchronizer(state, consent).sync());
  }

  void changePassword(Secret next) {
    folder.exclusively(
        state -> {
          Secrets secrets = account.proven(state);
          PasswordChanger.check(state, secrets, next);
          LocalState known = local.withWallet(state);
          SdkWallet content = local.device().read(known.synced(), secrets.password());
          if (known.inFlight().isPresent()
              || known.synced().mustMerge()
              || !known.synced().mergeBase().matches(content)) {
            throw new ClientException(
                Problem.UNSYNCED,
                "Local changes found. Update remote wallet before changing password.");
          }
          new PasswordChanger(account, api, folder, settings).change(known, secrets, next, content);
          say("Changed the password. Every device has to log in again.");
          return true;
        });
  }

  private Synchronizer synchronizer(LocalState state, Consent consent) {
    Secret password = account.proven(state).password();
    return new Synchronizer(
        folder, local.withWallet(state), local.device(), api, password, settings, consent);
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
}
