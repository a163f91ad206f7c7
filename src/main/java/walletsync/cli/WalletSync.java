package walletsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import walletsync.client.ClientSettings;
import walletsync.client.Consent;
import walletsync.client.Outcome;
import walletsync.client.SyncReport;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.PlainText;
import walletsync.client.local.LocalWallet;
import walletsync.client.local.PrivateFiles;
import walletsync.client.merge.Conflict;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;

/** The commands. Results go to standard output, everything else to standard error. */
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
    subcommands = {Pref.class, GenerateCompletion.class})
final class WalletSync {
  private static final String PASSWORD_VARIABLE = "WALLET_SYNC_PASSWORD";
  private static final String NEW_PASSWORD_VARIABLE = "WALLET_SYNC_NEW_PASSWORD";
  private static final Duration SHORTEST_POLL = Duration.ofSeconds(1);

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

  /** Where account, server and wallet of a profile are told. */
  static final class Setup {
    @Option(
        names = "--email",
        paramLabel = "ADDRESS",
        description = "The account. Upper and lower case count: type it the same everywhere.")
    @Nullable String email;

    @Option(
        names = "--server",
        paramLabel = "URL",
        description = "The server, for example https://wallets.example.com.")
    @Nullable String server;

    @Option(
        names = "--plain-http",
        description = "Allow http without TLS to another machine: everybody on the way can listen.")
    boolean plainHttp;

    @Option(
        names = "--sdk",
        arity = "0..1",
        fallbackValue = "http://localhost:5279",
        paramLabel = "URL",
        description = "Use the wallet of a running LBRY SDK instead of a file (${FALLBACK-VALUE}).")
    @Nullable String sdk;

    @Option(
        names = "--wallet-id",
        paramLabel = "ID",
        description = "The SDK's wallet; its default one if not given.")
    @Nullable String walletId;
  }

  /** What to do where a sync cannot decide alone. */
  static final class Decisions {
    @Option(
        names = "--on-conflict",
        defaultValue = "newest",
        paramLabel = "HOW",
        description = {
          "When two computers changed the same preference: newest (the later change; a change wins"
              + " over a deletion), ask, ours, theirs, or refuse (change nothing, exit code 4)."
        })
    OnConflict onConflict = OnConflict.NEWEST;

    @Option(
        names = "--adopt-older",
        description = "Agree to merge with an older wallet, after the server was restored.")
    boolean adoptOlder;

    @Option(
        names = "--replace-unreadable",
        description = "Agree to replace a wallet of the server that cannot be verified or read.")
    boolean replaceUnreadable;

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
  }

  @Command(
      name = "register",
      mixinStandardHelpOptions = true,
      description = "Makes an account on a server, and logs this computer in.")
  int register(@Mixin Setup setup) {
    Profile profile = setUp(setup);
    String password = password("Password", true);
    try (WalletSyncClient client = client(profile, password, OnConflict.NEWEST)) {
      client.register();
      profile.save(folder());
      client.getAuthToken();
    }
    result(object().put("registered", profile.email()), "Registered " + profile.email() + ".");
    return 0;
  }

  @Command(
      name = "login",
      mixinStandardHelpOptions = true,
      description = {
        "Logs this computer in: the first time, after two weeks, and after the password was changed"
            + " on another computer."
      })
  int login(@Mixin Setup setup) {
    Profile profile = setUp(setup);
    try (WalletSyncClient client =
        client(profile, password("Password", false), OnConflict.NEWEST)) {
      client.getAuthToken();
      profile.save(folder());
    }
    result(object().put("loggedIn", profile.email()), "Logged in as " + profile.email() + ".");
    return 0;
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description =
          "Shows account, server and what has not been synced, without asking the server.")
  int status() {
    Profile profile = profile();
    ObjectNode node =
        object()
            .put("profile", profileName)
            .put("email", profile.email())
            .put("server", profile.server())
            .put("wallet", profile.hasSdk() ? "sdk" : "file");
    StringBuilder text = new StringBuilder();
    text.append("profile   ").append(profileName).append('\n');
    text.append("account   ").append(profile.email()).append('\n');
    text.append("server    ").append(profile.server()).append('\n');
    try (WalletSyncClient client = passwordless(profile)) {
      node.put("loggedIn", client.isLoggedIn());
      node.put("sequence", client.getWalletState().sequence());
      text.append("logged in ").append(client.isLoggedIn() ? "yes" : "no").append('\n');
      text.append("version   ").append(client.getWalletState().sequence());
      if (!profile.hasSdk()) {
        boolean changes = client.hasUnsyncedLocalChanges();
        node.put("unsyncedChanges", changes);
        text.append('\n').append("unsynced  ").append(changes ? "yes: run sync" : "no");
      }
    }
    result(node, text.toString());
    return 0;
  }

  @Command(
      name = "sync",
      mixinStandardHelpOptions = true,
      description =
          "Gets and merges what other computers changed, and stores what this one changed.")
  int sync(@Mixin Decisions decisions) {
    Consent consent = decisions.consent();
    try (WalletSyncClient client = client(decisions.onConflict)) {
      SyncReport report = client.sync(consent);
      ObjectNode node =
          object()
              .put("sequence", report.sequence())
              .put("pulled", report.pulled())
              .put("pushed", report.pushed());
      var conflicts = node.putArray("conflicts");
      report.conflicts().stream().map(Conflict::key).forEach(conflicts::add);
      result(node, describe(report));
    }
    return 0;
  }

  private static String describe(SyncReport report) {
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

  @Command(
      name = "pull",
      mixinStandardHelpOptions = true,
      description = "Only gets and merges what other computers changed.")
  int pull(@Mixin Decisions decisions) {
    Consent consent = decisions.consent();
    try (WalletSyncClient client = client(decisions.onConflict)) {
      client.getRemoteWallet(consent);
      long sequence = client.getWalletState().sequence();
      result(object().put("sequence", sequence), "Merged version " + sequence + ".");
    }
    return 0;
  }

  @Command(
      name = "push",
      mixinStandardHelpOptions = true,
      description = {
        "Only stores the local wallet, as the next version. If another computer was faster, merges"
            + " its changes instead and ends with code 12: push again."
      })
  int push(@Mixin Decisions decisions) {
    Consent consent = decisions.consent();
    try (WalletSyncClient client = client(decisions.onConflict)) {
      if (client.updateRemoteWallet(consent) == Outcome.OUT_OF_DATE) {
        throw new ClientException(
            Problem.UNSYNCED,
            "Another computer was faster. Its changes are merged into the local wallet; push"
                + " again.");
      }
      long sequence = client.getWalletState().sequence();
      result(object().put("sequence", sequence), "Stored version " + sequence + ".");
    }
    return 0;
  }

  @Command(
      name = "password",
      mixinStandardHelpOptions = true,
      description = {
        "Changes the password of the account. Every other computer has to log in again. The new one"
            + " is asked for, or comes from --new-password-file or WALLET_SYNC_NEW_PASSWORD."
      })
  int password(
      @Option(
              names = "--new-password-file",
              paramLabel = "FILE",
              description = "The first line of this file is the new password.")
          @Nullable Path newPasswordFile) {
    try (WalletSyncClient client = client(OnConflict.NEWEST)) {
      client.changePassword(
          new Passwords(terminal)
              .get(
                  "New password",
                  newPasswordFile,
                  "--new-password-file",
                  NEW_PASSWORD_VARIABLE,
                  true));
      client.getAuthToken();
    }
    result(object().put("changed", true), "The password is changed, this computer is logged in.");
    return 0;
  }

  @Command(
      name = "watch",
      mixinStandardHelpOptions = true,
      description = "Stays connected, and syncs as changes come here or elsewhere. Ctrl-C ends it.")
  int watch(
      @Option(
              names = "--every",
              defaultValue = "5",
              paramLabel = "SECONDS",
              description = "How often to look for local changes (5).")
          long seconds,
      @Mixin Decisions decisions)
      throws InterruptedException {
    Consent consent = decisions.consent();
    long pause = Math.max(SHORTEST_POLL.toMillis(), Duration.ofSeconds(seconds).toMillis());
    try (WalletSyncClient client = client(decisions.onConflict)) {
      client.sync(consent);
      terminal.err().println("In step at version " + client.getWalletState().sequence() + ".");
      client.startWebSocket();
      while (client.isListening()) {
        Thread.sleep(pause);
        syncLocalChanges(client);
      }
    }
    throw new ClientException(Problem.SIGN_IN, "The session cannot be renewed. Log in again.");
  }

  private void syncLocalChanges(WalletSyncClient client) {
    try {
      if (client.hasUnsyncedLocalChanges()) {
        SyncReport report = client.sync();
        terminal.err().println(describe(report));
      }
    } catch (ClientException e) {
      if (e.problem() != Problem.UNREACHABLE && e.problem() != Problem.BUSY) {
        throw e;
      }
      terminal.err().println(e.getMessage());
    }
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the local wallet, with its private keys, to a file or to standard output: as JSON,"
            + " or encrypted with the password as the SDK does."
      })
  int export(
      @Option(names = "--encrypted", description = "Encrypt it with the password.")
          boolean encrypted,
      @Parameters(arity = "0..1", paramLabel = "FILE", description = "A file that does not exist.")
          @Nullable Path file) {
    Profile profile = profile();
    String password = encrypted || profile.hasSdk() ? password("Password", false) : "";
    try (WalletSyncClient client = client(profile, password, OnConflict.NEWEST)) {
      SdkWallet wallet = client.exportWallet();
      String text = encrypted ? wallet.pack(Secret.of(password)) : wallet.fileText();
      if (file == null) {
        terminal.out().println(text);
      } else {
        if (Files.exists(file)) {
          throw new ClientException(Problem.USAGE, file + " exists already.");
        }
        PrivateFiles.write(file, text + "\n");
        result(object().put("file", file.toString()), "Wrote " + file + ".");
      }
    }
    return 0;
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Merges an exported wallet into the local one, by timestamps and without deleting anything."
            + " 'sync' then brings it everywhere."
      })
  int importWallet(
      @Parameters(
              paramLabel = "FILE",
              description = "JSON, or a wallet encrypted with the password.")
          Path file) {
    Profile profile = profile();
    String text =
        PrivateFiles.read(file)
            .orElseThrow(() -> new ClientException(Problem.USAGE, "There is no " + file + "."))
            .strip();
    boolean encrypted = !text.startsWith("{");
    String password = encrypted || profile.hasSdk() ? password("Password", false) : "";
    try (WalletSyncClient client = client(profile, password, OnConflict.NEWEST)) {
      client.importWallet(
          encrypted ? SdkWallet.unpack(text, Secret.of(password)) : SdkWallet.parse(text));
    }
    result(object().put("imported", file.toString()), "Merged " + file + " into the local wallet.");
    return 0;
  }

  boolean json() {
    return json;
  }

  /** A client for what needs no password. */
  WalletSyncClient passwordless(Profile profile) {
    return client(profile, "", OnConflict.NEWEST);
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

  private WalletSyncClient client(OnConflict onConflict) {
    return client(profile(), password("Password", false), onConflict);
  }

  private WalletSyncClient client(Profile profile, String password, OnConflict onConflict) {
    LocalWallet wallet = profile.wallet(folder());
    ClientSettings settings =
        ClientSettings.forServer(profile.address())
            .withKeys(Progress.shown(terminal.keys(), terminal.err()))
            .withPacking(terminal.packing())
            .withConflicts(onConflict.resolver(terminal))
            .withMessages(this::note);
    return WalletSyncClient.open(profile.email(), password, folder(), wallet, settings);
  }

  /** What a client tells on its way, but not whole wallets. */
  private void note(String message) {
    if (!message.contains("walletState:") && !message.startsWith("WalletState(")) {
      terminal.err().println(message);
    }
  }

  private Profile setUp(Setup given) {
    Profile before = Profile.load(folder()).orElse(new Profile("", "", false, "", ""));
    Profile profile =
        new Profile(
            given.email == null ? before.email() : given.email,
            given.server == null ? before.server() : given.server,
            given.server == null ? before.plainHttp() : given.plainHttp,
            given.sdk == null ? before.sdk() : given.sdk,
            given.walletId == null ? before.walletId() : given.walletId);
    if (profile.email().isEmpty() || profile.server().isEmpty()) {
      throw new ClientException(
          Problem.USAGE, "The first time, give --email and --server. (See --help.)");
    }
    return profile;
  }

  private String password(String what, boolean twice) {
    return new Passwords(terminal)
        .get(what, passwordFile, "--password-file", PASSWORD_VARIABLE, twice);
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
