package walletsync.cli;

import picocli.CommandLine.Option;
import walletsync.client.Consent;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** What to do where a sync cannot decide alone. */
final class Decisions {
  @Option(
      names = "--on-conflict",
      defaultValue = "newest",
      paramLabel = "HOW",
      description = {
        "When two computers changed the same preference: newest (the later change; a change wins"
            + " over a deletion), ask, ours, theirs, or refuse (change nothing, exit code 4)."
      })
  private OnConflict onConflict = OnConflict.NEWEST;

  @Option(
      names = "--adopt-older",
      description = "Agree to merge with an older wallet, after the server was restored.")
  private boolean adoptOlder;

  @Option(
      names = "--replace-unreadable",
      description = "Agree to replace a wallet of the server that cannot be verified or read.")
  private boolean replaceUnreadable;

  Consent consent() {
    if (adoptOlder && replaceUnreadable) {
      throw new ClientException(
          Problem.USAGE, "Give one of --adopt-older and --replace-unreadable, not both.");
    }
    if (adoptOlder) {
      return Consent.ADOPT_OLDER;
    }
    return replaceUnreadable ? Consent.REPLACE_UNREADABLE : Consent.NONE;
  }

  OnConflict onConflict() {
    return onConflict;
  }
}
