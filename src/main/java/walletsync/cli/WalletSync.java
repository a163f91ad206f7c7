package walletsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import walletsync.client.ClientSettings;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.LocalWallet;
import walletsync.client.sdk.PythonJson;

/** What all commands share. Results go to standard output, everything else to standard error. */
@Command(
    name = "wallet-sync",
    mixinStandardHelpOptions = true,
    version = "wallet-sync 0.1.0",
    description = {
      "Keeps the wallet of this computer in step with your other computers.",
      "",
      "Begin with 'register' on the first computer and 'login' on each other one,"
          + " change something with 'pref set', then 'sync' everywhere.",
      ""
    },
    footer = {
      "",
      "Passwords are asked for without showing them. Scripts give them in a file"
          + " (--password-file) or in the variable WALLET_SYNC_PASSWORD.",
      "",
      "Exit codes: 0 done, 1 defect, 2 wrong usage, 3 log in, 4 conflict to decide,"
          + " 5 server unreachable, 6 server's wallet refused, 7 wallet too large,"
          + " 8 wallet unreadable, 9 local wallet or profile, 10 too little memory,"
          + " 11 server said no, 12 push first, 13 profile in use."
    },
    subcommands = {
      Register.class,
      Login.class,
      Sync.class,
      Status.class,
      Pref.class,
      Watch.class,
      Pull.class,
      Push.class,
      ChangePassword.class,
      Export.class,
      Import.class,
      GenerateCompletion.class
    })
final class WalletSync {
  private static final String PASSWORD_VARIABLE = "WALLET_SYNC_PASSWORD";
  private static final String NEW_PASSWORD_VARIABLE = "WALLET_SYNC_NEW_PASSWORD";

  private final Terminal terminal;

  @Option(
      names = "--profile",
      scope = ScopeType.INHERIT,
      defaultValue = "default",
      paramLabel = "NAME",
      description = "Which computer to be: each profile has a wallet of its own (default).")
  private String profileName = "default";

  @Option(
      names = "--home",
      scope = ScopeType.INHERIT,
      paramLabel = "FOLDER",
      description = "Where profiles are kept (WALLET_SYNC_HOME, or ~/.wallet-sync).")
  private @Nullable Path home;

  @Option(
      names = "--password-file",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "The first line of this file is the password.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Write results and errors as one line of JSON.")
  private boolean json;

  WalletSync(Terminal terminal) {
    this.terminal = terminal;
  }

  boolean json() {
    return json;
  }

  /** A client for what needs no password. */
  WalletSyncClient passwordless(Profile profile) {
    return client(profile, "", OnConflict.NEWEST);
  }

  String profileName() {
    return profileName;
  }

  /** The profile as it was saved; an empty one where there is none. */
  Profile savedProfile() {
    return Profile.load(folder()).orElse(new Profile("", "", false, "", ""));
  }

  void save(Profile profile) {
    profile.save(folder());
  }

  Profile profile() {
    return Profile.load(folder())
        .orElseThrow(
            () ->
                new ClientException(
                    Problem.SIGN_IN,
                    "There is no profile "
                        + profileName
                        + " yet. Begin with 'wallet-sync register' or 'wallet-sync login'."));
  }

  void result(JsonNode node, String text) {
    terminal.out().println(json ? PythonJson.write(node) : text);
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  WalletSyncClient client(OnConflict onConflict) {
    return client(profile(), password(false), onConflict);
  }

  WalletSyncClient client(Profile profile, String password, OnConflict onConflict) {
    LocalWallet wallet = profile.wallet(folder());
    ClientSettings settings =
        ClientSettings.forServer(profile.address())
            .withKeys(Progress.shown(terminal.keys(), terminal.err()))
            .withPacking(terminal.packing())
            .withConflicts(onConflict.resolver(terminal))
            .withMessages(this::tell);
    return WalletSyncClient.open(profile.email(), password, folder(), wallet, settings);
  }

  /** What a client tells on its way, but not whole wallets. */
  private void tell(String message) {
    if (!message.contains("walletState:") && !message.startsWith("WalletState(")) {
      note(message);
    }
  }

  /** Something that is no result. */
  void note(String message) {
    terminal.err().println(message);
  }

  /** A result that is the same for persons and scripts. */
  void print(String text) {
    terminal.out().println(text);
  }

  /** The person's password; asked for twice where it is new. */
  String password(boolean twice) {
    return new Passwords(terminal)
        .get("Password", passwordFile, "--password-file", PASSWORD_VARIABLE, twice);
  }

  String newPassword(@Nullable Path file) {
    return new Passwords(terminal)
        .get("New password", file, "--new-password-file", NEW_PASSWORD_VARIABLE, true);
  }

  private Path folder() {
    if (!profileName.matches("[A-Za-z0-9._-]{1,64}") || profileName.startsWith(".")) {
      throw new ClientException(
          Problem.USAGE, "A profile's name has letters, digits, dots, dashes and underscores.");
    }
    Path base =
        home != null
            ? home
            : terminal
                .variable("WALLET_SYNC_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".wallet-sync"));
    return base.resolve(profileName);
  }
}
