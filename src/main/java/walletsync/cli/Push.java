package walletsync.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import walletsync.client.Consent;
import walletsync.client.Outcome;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** The other half of a sync. */
@Command(
    name = "push",
    mixinStandardHelpOptions = true,
    description = {
      "Only stores the local wallet, as the next version. If another computer was faster, merges"
          + " its changes instead and ends with code 12: push again."
    })
final class Push extends SubCommand implements Callable<Integer> {

  @Mixin private Decisions decisions = new Decisions();

  @Override
  public Integer call() {
    Consent consent = decisions.consent();
    try (WalletSyncClient client = run().client(decisions.onConflict())) {
      if (client.updateRemoteWallet(consent) == Outcome.OUT_OF_DATE) {
        throw new ClientException(
            Problem.UNSYNCED,
            "Another computer was faster. Its changes are merged into the local wallet; push"
                + " again.");
      }
      long sequence = client.getWalletState().sequence();
      run()
          .result(
              WalletSync.object().put("sequence", sequence), "Stored version " + sequence + ".");
    }
    return 0;
  }
}
