package walletsync.server.admin;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import walletsync.server.db.Jdbc;
import walletsync.server.settings.StartException;

/**
 * The program's command line. Without a command it serves; each command does its work and ends.
 *
 * <p>Exit codes: 0 when the work is done, 1 when it failed or {@code check} found something, 2 for
 * a wrong command line. A failure is one line on standard error.
 */
@Command(
    name = "wallet-sync-server",
    description = {
      "Serves, or with a command works on the server's database: beside a running server, or without one.",
      "conf/server.properties lists every setting, docs/operations.md explains the commands."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:done", "1:failed, or 'check' found something", "2:wrong command line"})
public final class CommandLineTool implements Callable<Integer> {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int WRONG_COMMAND_LINE = 2;

  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final Logger LOG = LoggerFactory.getLogger(CommandLineTool.class);

  private final ToIntFunction<Optional<Path>> serve;
  private final CommandContext context;
  private final CommandLine commandLine;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Read settings from a file of NAME=value lines; environment variables win.")
  private Optional<Path> conf = Optional.empty();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  private CommandLineTool(
      Map<String, String> environment, PrintWriter out, ToIntFunction<Optional<Path>> serve) {
    this.serve = serve;
    this.commandLine = new CommandLine(this);
    this.context = new CommandContext(environment, out, () -> conf, () -> commandLine);
    commandLine.addSubcommand(new AccountCommands(context));
    commandLine.addSubcommand(new SessionCommands(context));
  }

  /**
   * Runs the program.
   *
   * @param serve what to do without a command, with the file of {@code --conf}; returns the code
   * @return the exit code
   */
  public static int run(
      String[] arguments,
      Map<String, String> environment,
      PrintWriter out,
      PrintWriter err,
      ToIntFunction<Optional<Path>> serve) {
    if (arguments.length == 0) {
      return serveAtOnce(err, serve);
    }
    int code =
        new CommandLineTool(environment, out, serve)
            .commandLine
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(false)
            .setParameterExceptionHandler(CommandLineTool::explainUsage)
            .setExecutionExceptionHandler(CommandLineTool::explainFailure)
            .execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  /** Nothing is to be understood: a server's start need not wait for all of the command line. */
  private static int serveAtOnce(PrintWriter err, ToIntFunction<Optional<Path>> serve) {
    try {
      return serve.applyAsInt(Optional.empty());
    } catch (RuntimeException e) {
      return explainFailure(e, err);
    }
  }

  @Override
  public Integer call() {
    return serve.applyAsInt(conf);
  }

  @Command(
      description = {
        "Writes everything into one file, as it is at one moment; servers may run on.",
        "The file holds e-mail addresses, password hashes and encrypted wallets: keep it safe."
      })
  int backup(
      @Parameters(paramLabel = "FILE", description = "The file to make; - for standard output.")
          Path file,
      @Option(names = "--force", description = "Replace a file that exists.") boolean force) {
    try (AdminDatabase database = AdminDatabase.open(context.settings())) {
      if (file.equals(STANDARD_OUTPUT)) {
        Backup.write(database.address(), standardOutput());
        return OK;
      }
      Manifest manifest = Backup.write(database.address(), file, force);
      Printer printer = context.printer(false);
      printer.line("%s holds:", file);
      manifest.tables().forEach(table -> printer.line("%12d %s", table.rows(), table.name()));
      return OK;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Command(
      description = {
        "Puts a back-up into the database that the settings name, and checks it before and after.",
        "Every server must be stopped. Devices have to log in again."
      })
  int restore(
      @Parameters(paramLabel = "FILE", description = "The back-up.") Path file,
      @Option(
              names = "--replace",
              description = "Delete what the database holds, in favour of the back-up.")
          boolean replace,
      @Option(
              names = "--keep-sessions",
              description = {
                "Keep devices logged in: only when moving to another database, since sessions",
                "that were ended after the back-up come back to life."
              })
          boolean keepSessions,
      @Option(
              names = "--despite-findings",
              description = "Restore a back-up that was made of a damaged database.")
          boolean despiteFindings) {
    Restore.Options options = new Restore.Options(replace, keepSessions, despiteFindings);
    try (BackupFile backup = BackupFile.verified(file);
        AdminDatabase database = AdminDatabase.openOrMake(context.settings())) {
      if (database.isServed()) {
        throw new CommandFailedException("A server runs on the database; stop it, then restore");
      }
      List<Check.Result> broken = Restore.run(database.address(), backup, options);
      Printer printer = context.printer(false);
      printer.line("Restored the state of %s:", backup.manifest().created());
      backup
          .manifest()
          .tables()
          .forEach(
              table ->
                  printer.line(
                      "%12d %s",
                      keepSessions || !Schema.SESSIONS.contains(table.name()) ? table.rows() : 0,
                      table.name()));
      print(broken, printer);
      return OK;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  @Command(description = "Shows numbers about the whole database.")
  int stats(
      @Option(names = "--json", description = "One JSON object, for programs.") boolean json) {
    return context.onDatabase(
        connection -> {
          Map<String, Long> numbers = Statistics.read(connection);
          Printer printer = context.printer(json);
          numbers.forEach((name, number) -> printer.line("%-22s %,15d", name, number));
          printer.object(numbers);
          return OK;
        });
  }

  @Command(
      description = {
        "Checks what must be true of the whole database, in one moment's state; changes nothing.",
        "Exit code 1 when something is not true."
      })
  int check(
      @Option(names = "--json", description = "One JSON object a rule, for programs.")
          boolean json) {
    return context.onDatabase(
        connection -> {
          List<Check.Result> results = Check.run(connection);
          print(results, context.printer(json));
          return results.stream().allMatch(Check.Result::holds) ? OK : FAILED;
        });
  }

  private static void print(List<Check.Result> results, Printer printer) {
    for (Check.Result result : results) {
      printer.line("%-6s %s", result.holds() ? "ok" : "BROKEN", result.name());
      result.shown().forEach(line -> printer.line("         %s", line));
      if (result.exceptions() > result.shown().size()) {
        printer.line("         and %d more", result.exceptions() - result.shown().size());
      }
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("rule", result.name());
      json.put("exceptions", result.exceptions());
      json.put("shown", result.shown());
      printer.object(json);
    }
  }

  /**
   * For bytes, and nothing else: the writer that all else goes to makes text of what it is given.
   */
  private static OutputStream standardOutput() {
    return new FileOutputStream(FileDescriptor.out);
  }

  /** A failure of the database in one line; the statement and its values are left out. */
  static CommandFailedException failed(SQLException e) {
    return new CommandFailedException(
        "The database failed: %s (SQLSTATE %s)"
            .formatted(Jdbc.firstLine(e).replaceFirst("^ERROR: ", ""), e.getSQLState()),
        e);
  }

  private static int explainUsage(CommandLine.ParameterException e, String[] arguments) {
    PrintWriter err = e.getCommandLine().getErr();
    e.getCommandLine().usage(err);
    err.println();
    err.println(Printer.clean(String.valueOf(e.getMessage())));
    return WRONG_COMMAND_LINE;
  }

  private static int explainFailure(
      Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
    return explainFailure(e, commandLine.getErr());
  }

  private static int explainFailure(Exception e, PrintWriter err) {
    LOG.debug("Command failed", e);
    boolean explained = e instanceof CommandFailedException || e instanceof StartException;
    err.println(
        "wallet-sync-server: "
            + Printer.clean(explained ? String.valueOf(e.getMessage()) : e.toString()));
    err.flush();
    return FAILED;
  }
}
