package walletsync.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.PythonJson;

/** One run of a command: its failures become one line and an exit code. */
final class CommandLineRun {
  /** As a newcomer needs them. */
  private static final List<String> ORDER =
      List.of(
          "register",
          "login",
          "sync",
          "status",
          "pref",
          "watch",
          "pull",
          "push",
          "password",
          "export",
          "import",
          "generate-completion");

  private final Terminal terminal;
  private final WalletSync command;
  private final CommandLine commandLine;

  CommandLineRun(Terminal terminal) {
    this.terminal = terminal;
    this.command = new WalletSync(terminal);
    this.commandLine =
        new CommandLine(command)
            .setOut(writer(terminal.out()))
            .setErr(writer(terminal.err()))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(
                (failure, arguments) -> {
                  String name = failure.getCommandLine().getCommandSpec().qualifiedName();
                  String message = failure.getMessage();
                  return fail(
                      Problem.USAGE,
                      (message == null ? "This is not understood." : message)
                          + " (see: "
                          + name
                          + " --help)");
                })
            .setExecutionExceptionHandler((failure, line, parsed) -> fail(failure));
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandLineRun::commandsInOrder);
  }

  private static String commandsInOrder(CommandLine.Help help) {
    Map<String, CommandLine.Help> ordered = new LinkedHashMap<>();
    for (String name : ORDER) {
      CommandLine.Help command = help.subcommands().get(name);
      if (command != null) {
        ordered.put(name, command);
      }
    }
    help.subcommands().forEach(ordered::putIfAbsent);
    return help.commandList(ordered);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, Charset.defaultCharset());
  }

  int execute(String... arguments) {
    if (arguments.length == 0) {
      commandLine.usage(terminal.err());
      return Problem.USAGE.exitCode();
    }
    try {
      for (String argument : arguments) {
        Terminal.requireWhole("An argument", argument);
      }
    } catch (ClientException e) {
      return fail(e);
    }
    return commandLine.execute(arguments);
  }

  private int fail(Exception failure) {
    if (failure instanceof ClientException known) {
      return fail(known.problem(), known.getMessage());
    }
    return fail(
        Problem.DEFECT,
        "This should not happen ("
            + failure.getClass().getSimpleName()
            + "). Please tell the authors.");
  }

  private int fail(Problem problem, String message) {
    if (command.json()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.putObject("error").put("problem", problem.name()).put("message", message);
      terminal.out().println(PythonJson.write(node));
    } else {
      terminal.err().println("wallet-sync: " + message.replace('\n', ' '));
    }
    return problem.exitCode();
  }
}
