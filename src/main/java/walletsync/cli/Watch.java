package walletsync.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import walletsync.client.Consent;
import walletsync.client.SyncReport;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** Stays in step until it is stopped. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {"Stays connected, and syncs as changes come here or elsewhere. Ctrl-C ends it."})
final class Watch extends SubCommand implements Callable<Integer> {

  private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);

  @Option(
      names = "--every",
      defaultValue = "5",
      paramLabel = "SECONDS",
      description = "How often to look for local changes (5).")
  private long seconds = 5;

  @Mixin private Decisions decisions = new Decisions();

  @Override
  public Integer call() throws InterruptedException {
    Consent consent = decisions.consent();
    long pause = Math.max(SHORTEST_POLL.toMillis(), Duration.ofSeconds(seconds).toMillis());
    try (WalletSyncClient client = run().client(decisions.onConflict())) {
      signedIn(client, () -> client.sync(consent));
      run().note("In step at version " + client.getWalletState().sequence() + ".");
      client.startWebSocket();
      while (client.isListening()) {
        Thread.sleep(pause);
        syncLocalChanges(client);
      }
    }
    throw new ClientException(Problem.SIGN_IN, "The session cannot be renewed. Log in again.");
  }

  private void syncLocalChanges(WalletSyncClient client) {
    try {
      if (client.hasUnsyncedLocalChanges()) {
        SyncReport report = signedIn(client, client::sync);
        run().note(Sync.describe(report));
      }
    } catch (ClientException e) {
      if (e.problem() != Problem.UNREACHABLE && e.problem() != Problem.BUSY) {
        throw e;
      }
      run().note(e.getMessage());
    }
  }

  /** A session ends after a while; the password is at hand to begin a new one. */
  private static SyncReport signedIn(WalletSyncClient client, Supplier<SyncReport> work) {
    try {
      return work.get();
    } catch (ClientException e) {
      if (e.problem() != Problem.SIGN_IN) {
        throw e;
      }
      client.getAuthToken();
      return work.get();
    }
  }
}
