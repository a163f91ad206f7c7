package walletsync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import walletsync.client.Consent;
import walletsync.client.SyncReport;
import walletsync.client.WalletSyncClient;
import walletsync.client.http.PlainText;
import walletsync.client.merge.Conflict;

/** Brings this computer and the server in step. */
@Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = {
      "Gets and merges what other computers changed, and stores what this one changed."
    })
final class Sync extends SubCommand implements Callable<Integer> {

  @Mixin private Decisions decisions = new Decisions();

  @Override
  public Integer call() {
    Consent consent = decisions.consent();
    try (WalletSyncClient client = run().client(decisions.onConflict())) {
      SyncReport report = client.sync(consent);
      ObjectNode node =
          WalletSync.object()
              .put("sequence", report.sequence())
              .put("pulled", report.pulled())
              .put("pushed", report.pushed());
      var conflicts = node.putArray("conflicts");
      report.conflicts().stream().map(Conflict::key).forEach(conflicts::add);
      run().result(node, describe(report));
    }
    return 0;
  }

  /** For a person. */
  static String describe(SyncReport report) {
    StringBuilder text = new StringBuilder();
    for (Conflict conflict : report.conflicts()) {
      text.append("Resolved a conflict about ")
          .append(PlainText.line(conflict.key()))
          .append(".\n");
    }
    text.append("In step at version ").append(report.sequence());
    text.append(report.pulled() ? ", got changes" : "");
    text.append(report.pushed() ? ", stored changes" : "");
    return text.append('.').toString();
  }
}
