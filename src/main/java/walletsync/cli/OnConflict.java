package walletsync.cli;

import java.util.Locale;
import java.util.Optional;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.PlainText;
import walletsync.client.merge.Conflict;
import walletsync.client.merge.Conflict.Side;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;

/** What {@code --on-conflict} may say. */
enum OnConflict {
  NEWEST,
  ASK,
  OURS,
  THEIRS,
  REFUSE;

  ConflictResolver resolver(Terminal terminal) {
    return switch (this) {
      case NEWEST -> ConflictResolver.newest();
      case OURS -> ConflictResolver.ours();
      case THEIRS -> ConflictResolver.theirs();
      case REFUSE -> ConflictResolver.refuse();
      case ASK -> conflict -> ask(conflict, terminal);
    };
  }

  private static Side ask(Conflict conflict, Terminal terminal) {
    terminal
        .err()
        .println("Preference " + PlainText.line(conflict.key()) + " was changed in two ways:");
    terminal.err().println("  before:              " + text(conflict.base()));
    terminal.err().println("  on this device:      " + text(conflict.ours()));
    terminal.err().println("  on another device:   " + text(conflict.theirs()));
    while (true) {
      String answer =
          terminal
              .ask("Keep [o]urs (this device) or [t]heirs? ")
              .orElseThrow(
                  () ->
                      new ClientException(
                          Problem.CONFLICT,
                          "Nobody decided about preference "
                              + PlainText.line(conflict.key())
                              + ". Nothing was changed."))
              .strip()
              .toLowerCase(Locale.ROOT);
      if (answer.equals("o") || answer.equals("ours")) {
        return Side.OURS;
      }
      if (answer.equals("t") || answer.equals("theirs")) {
        return Side.THEIRS;
      }
    }
  }

  private static String text(Optional<Preference> preference) {
    return preference
        .map(present -> PythonJson.write(present.value()))
        .orElse("(not there, or deleted)");
  }
}
