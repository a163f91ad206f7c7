package walletsync.support;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import walletsync.server.admin.CommandLineTool;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * A command of the operator's, run in this process as {@code Main} runs it.
 *
 * @param code the exit code
 * @param out what it printed
 * @param err what it complained about
 */
public record Command(int code, String out, String err) {

  /** Runs a command on a database. */
  public static Command run(External database, String... arguments) {
    return run(ServerProcess.settings(database), arguments);
  }

  /** Runs a command with settings from the environment. */
  public static Command run(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        CommandLineTool.run(
            arguments,
            environment,
            new PrintWriter(out),
            new PrintWriter(err),
            conf -> {
              throw new AssertionError("Nothing is to be served");
            });
    return new Command(code, out.toString(), err.toString());
  }

  /** Fails the test unless all went well. */
  public Command expectDone() {
    return expect(0);
  }

  public Command expect(int expected) {
    if (code != expected) {
      throw new AssertionError("Exit code " + code + ", not " + expected + ": " + out + err);
    }
    return this;
  }

  /** Fails the test unless it failed with one clear line that holds this. */
  public Command expectFailure(String... parts) {
    expect(1);
    if (err.lines().count() != 1 || !err.startsWith("wallet-sync-server: ")) {
      throw new AssertionError("Not one line: " + err);
    }
    for (String part : parts) {
      if (!err.contains(part)) {
        throw new AssertionError("No word of '" + part + "': " + err);
      }
    }
    if (err.contains("Exception")) {
      throw new AssertionError("Not for people: " + err);
    }
    return this;
  }
}
