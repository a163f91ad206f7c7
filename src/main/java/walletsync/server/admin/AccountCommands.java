package walletsync.server.admin;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code accounts …}. */
@Command(name = "accounts", description = "Lists, shows and changes accounts.")
final class AccountCommands {
  private static final String ACCOUNT = "E-mail address or number of the account.";
  private static final String JSON = "One JSON object a line, for programs.";

  private final CommandContext context;

  AccountCommands(CommandContext context) {
    this.context = context;
  }

  @Command(description = "Lists all accounts, the oldest first.")
  int list(@Option(names = "--json", description = JSON) boolean json) {
    Printer printer = context.printer(json);
    return context.onDatabase(
        connection -> {
          printer.line(
              "%-8s %-20s %-10s %8s %8s  %s",
              "NUMBER", "CREATED", "STATE", "WALLET", "SESSIONS", "E-MAIL");
          new Accounts(connection)
              .each(
                  account -> {
                    printer.line(
                        "%-8d %-20.19s %-10s %8d %8d  %s",
                        account.id(),
                        account.created(),
                        account.state(),
                        account.sequence(),
                        account.sessions(),
                        account.email());
                    printer.object(account.json());
                  });
          return CommandLineTool.OK;
        });
  }

  @Command(description = "Shows one account. Wallets, passwords and tokens are never shown.")
  int show(
      @Parameters(paramLabel = "ACCOUNT", description = ACCOUNT) String account,
      @Option(names = "--json", description = JSON) boolean json) {
    AccountRef ref = AccountRef.parse(account);
    Printer printer = context.printer(json);
    return context.onDatabase(
        connection -> {
          Map<String, Object> shown = new Accounts(connection).read(ref).json();
          shown.forEach(
              (name, value) ->
                  printer.line("%-14s %s", name, Optional.<Object>ofNullable(value).orElse("-")));
          printer.object(shown);
          return CommandLineTool.OK;
        });
  }

  @Command(description = "Verifies an account in place of the link in a mail.")
  int verify(@Parameters(paramLabel = "ACCOUNT", description = ACCOUNT) String account) {
    return change(account, Accounts::verify, "is verified", "was verified already");
  }

  @Command(
      description = {
        "Ends an account's sessions and lets nobody log in to it.",
        "Its data stay, and 'enable' lets its person in again."
      })
  int disable(@Parameters(paramLabel = "ACCOUNT", description = ACCOUNT) String account) {
    return change(account, Accounts::disable, "is disabled", "was disabled already");
  }

  @Command(description = "Lets the person of a disabled account log in again.")
  int enable(@Parameters(paramLabel = "ACCOUNT", description = ACCOUNT) String account) {
    return change(account, Accounts::enable, "is enabled", "was not disabled");
  }

  @Command(description = "Deletes an account with its wallet, for good.")
  int delete(
      @Parameters(paramLabel = "ACCOUNT", description = ACCOUNT) String account,
      @Option(names = "--yes", description = "Needed, as nothing brings it back but a back-up.")
          boolean yes) {
    if (!yes) {
      throw new ParameterException(
          context.commandLine(), "Nothing was deleted: say --yes to delete the account for good");
    }
    return change(
        account,
        (accounts, ref) -> {
          accounts.delete(ref);
          return true;
        },
        "is deleted",
        "");
  }

  /** Does something to an account, and says whether there was anything to do. */
  private interface Change {
    boolean apply(Accounts accounts, AccountRef account) throws SQLException;
  }

  private int change(String account, Change change, String done, String nothingToDo) {
    AccountRef ref = AccountRef.parse(account);
    return context.onDatabase(
        connection -> {
          boolean changed = change.apply(new Accounts(connection), ref);
          context.printer(false).line("Account %s %s.", account, changed ? done : nothingToDo);
          return CommandLineTool.OK;
        });
  }
}
