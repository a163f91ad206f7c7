package walletsync.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;

/** Makes an account. */
@Command(
    name = "register",
    mixinStandardHelpOptions = true,
    description = {"Makes an account on a server, and logs this computer in."})
final class Register extends SubCommand implements Callable<Integer> {

  @Mixin private Setup setup = new Setup();

  @Override
  public Integer call() {
    Profile profile = setup.over(run().savedProfile());
    String password = run().password(true);
    boolean verified;
    try (WalletSyncClient client = run().client(profile, password, OnConflict.NEWEST)) {
      verified = client.register();
      run().save(profile);
      if (verified) {
        logIn(client);
      }
    }
    run()
        .result(
            WalletSync.object()
                .put("registered", profile.email())
                .put("verified", verified)
                .put("loggedIn", verified),
            "Registered "
                + profile.email()
                + (verified
                    ? "."
                    : ". Open the link in the mail that the server sent, then run 'wallet-sync"
                        + " login'."));
    return 0;
  }

  /** What was done must not be tried again because of what comes after it. */
  private static void logIn(WalletSyncClient client) {
    try {
      client.getAuthToken();
    } catch (ClientException e) {
      throw new ClientException(
          e.problem(),
          "The account is made, but this computer is not logged in: "
              + e.getMessage()
              + " Run 'wallet-sync login' later.",
          e);
    }
  }
}
