package walletsync.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import walletsync.client.WalletSyncClient;

/** Changes the password of the account. */
@Command(
    name = "password",
    mixinStandardHelpOptions = true,
    description = {
      "Changes the password of the account. Every other computer has to log in again. The new one"
          + " is asked for, or comes from --new-password-file or WALLET_SYNC_NEW_PASSWORD."
    })
final class ChangePassword extends SubCommand implements Callable<Integer> {

  @Option(
      names = "--new-password-file",
      paramLabel = "FILE",
      description = "The first line of this file is the new password.")
  private @Nullable Path newPasswordFile;

  @Override
  public Integer call() {
    try (WalletSyncClient client = run().client(OnConflict.NEWEST)) {
      client.changePassword(run().newPassword(newPasswordFile));
      client.getAuthToken();
    }
    run()
        .result(
            WalletSync.object().put("changed", true),
            "The password is changed, this computer is logged in.");
    return 0;
  }
}
