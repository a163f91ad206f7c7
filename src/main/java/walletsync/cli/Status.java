package walletsync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import walletsync.client.WalletSyncClient;

/** What is known without asking anybody. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows account, server and what has not been synced, without asking the server."
    })
final class Status extends SubCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    Profile profile = run().profile();
    ObjectNode node =
        WalletSync.object()
            .put("profile", run().profileName())
            .put("email", profile.email())
            .put("server", profile.server())
            .put("wallet", profile.hasSdk() ? "sdk" : "file");
    StringBuilder text = new StringBuilder();
    text.append("profile   ").append(run().profileName()).append('\n');
    text.append("account   ").append(profile.email()).append('\n');
    text.append("server    ").append(profile.server()).append('\n');
    try (WalletSyncClient client = run().passwordless(profile)) {
      node.put("loggedIn", client.isLoggedIn());
      node.put("sequence", client.getWalletState().sequence());
      text.append("logged in ").append(client.isLoggedIn() ? "yes" : "no").append('\n');
      text.append("version   ").append(client.getWalletState().sequence());
      if (!profile.hasSdk()) {
        boolean changes = client.hasUnsyncedLocalChanges();
        node.put("unsyncedChanges", changes);
        text.append('\n').append("unsynced  ").append(changes ? "yes: run sync" : "no");
      }
    }
    run().result(node, text.toString());
    return 0;
  }
}
