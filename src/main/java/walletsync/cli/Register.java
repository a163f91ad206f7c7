package walletsync.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import walletsync.client.WalletSyncClient;

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
    try (WalletSyncClient client = run().client(profile, password, OnConflict.NEWEST)) {
      client.register();
      run().save(profile);
      client.getAuthToken();
    }
    run()
        .result(
            WalletSync.object().put("registered", profile.email()),
            "Registered " + profile.email() + ".");
    return 0;
  }
}
