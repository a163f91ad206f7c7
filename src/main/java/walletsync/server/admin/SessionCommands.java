package walletsync.server.admin;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code sessions …}. */
@Command(name = "sessions", description = "Lists and ends sessions of devices.")
final class SessionCommands {
  private final CommandContext context;

  SessionCommands(CommandContext context) {
    this.context = context;
  }

  @Command(description = "Lists the devices that are logged in.")
  int list(
      @Parameters(
              paramLabel = "ACCOUNT",
              arity = "0..1",
              description = "E-mail address or number of an account; without it, of all.")
          Optional<String> account,
      @Option(names = "--json", description = "One JSON object a line, for programs.")
          boolean json) {
    Optional<AccountRef> ref = account.map(AccountRef::parse);
    Printer printer = context.printer(json);
    return context.onDatabase(
        connection -> {
          printer.line(
              "%-8s %-20s %-20s %-30s  %s",
              "ACCOUNT", "FIRST LOG-IN", "EXPIRES", "E-MAIL", "DEVICE");
          new Accounts(connection)
              .eachSession(
                  ref,
                  session -> {
                    printer.line(
                        "%-8d %-20.19s %-20.19s %-30s  %s",
                        session.account(),
                        session.firstLogIn(),
                        session.expires(),
                        session.email(),
                        session.device());
                    printer.object(session.json());
                  });
          return CommandLineTool.OK;
        });
  }

  @Command(description = "Ends sessions at once, websockets included; devices can log in again.")
  int revoke(
      @Parameters(paramLabel = "ACCOUNT", description = "E-mail address or number of the account.")
          String account,
      @Option(names = "--device", paramLabel = "ID", description = "Only this device's session.")
          Optional<String> device,
      @Option(names = "--all", description = "Those of all devices.") boolean all) {
    if (device.isPresent() == all) {
      throw new ParameterException(context.commandLine(), "Say either --device ID or --all");
    }
    AccountRef ref = AccountRef.parse(account);
    return context.onDatabase(
        connection -> {
          int revoked = new Accounts(connection).revoke(ref, device);
          if (revoked == 0 && device.isPresent()) {
            throw new CommandFailedException("That device has no session");
          }
          context.printer(false).line("%d sessions ended.", revoked);
          return CommandLineTool.OK;
        });
  }
}
