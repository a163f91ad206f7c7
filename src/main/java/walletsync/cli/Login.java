package walletsync.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import walletsync.client.WalletSyncClient;

/** Logs this computer in. */
@Command(
    name = "login",
    mixinStandardHelpOptions = true,
    description = {
      "Logs this computer in: the first time, after two weeks, and after the password was changed"
          + " on another computer."
    })
final class Login extends SubCommand implements Callable<Integer> {

  @Mixin private Setup setup = new Setup();

  @Override
  public Integer call() {
    Profile profile = setup.over(run().savedProfile());
    try (WalletSyncClient client =
        run().client(profile, run().password(false), OnConflict.NEWEST)) {
      client.getAuthToken();
      run().save(profile);
    }
    run()
        .result(
            WalletSync.object().put("loggedIn", profile.email()),
            "Logged in as " + profile.email() + ".");
    return 0;
  }
}
