package walletsync.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import walletsync.client.Consent;
import walletsync.client.WalletSyncClient;

/** The one half of a sync. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = {"Only gets and merges what other computers changed."})
final class Pull extends SubCommand implements Callable<Integer> {

  @Mixin private Decisions decisions = new Decisions();

  @Override
  public Integer call() {
    Consent consent = decisions.consent();
    try (WalletSyncClient client = run().client(decisions.onConflict())) {
      client.getRemoteWallet(consent);
      long sequence = client.getWalletState().sequence();
      run()
          .result(
              WalletSync.object().put("sequence", sequence), "Merged version " + sequence + ".");
    }
    return 0;
  }
}
