package walletsync.server.admin;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.Settings;

/** What commands have in common: where settings come from, where output goes. */
final class CommandContext {
  /** For one statement. Those over the whole of a large database take their time. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Map<String, String> environment;
  private final PrintWriter out;
  private final Supplier<Optional<Path>> conf;
  private final Supplier<CommandLine> commandLine;

  CommandContext(
      Map<String, String> environment,
      PrintWriter out,
      Supplier<Optional<Path>> conf,
      Supplier<CommandLine> commandLine) {
    this.environment = environment;
    this.out = out;
    this.conf = conf;
    this.commandLine = commandLine;
  }

  /** Work on a connection; returns an exit code. */
  interface Work {
    int run(Connection connection) throws SQLException;
  }

  DatabaseSettings settings() {
    return Settings.loadDatabase(environment, conf.get());
  }

  Printer printer(boolean json) {
    return new Printer(out, json);
  }

  /** For errors in the command line that only a command itself can find. */
  CommandLine commandLine() {
    return commandLine.get();
  }

  /** Works on the database, which must have this release's schema. */
  int onDatabase(Work work) {
    try (AdminDatabase database = AdminDatabase.open(settings()).withCurrentSchema();
        Connection connection = database.connect(LONGEST)) {
      return work.run(connection);
    } catch (SQLException e) {
      throw CommandLineTool.failed(e);
    }
  }
}
