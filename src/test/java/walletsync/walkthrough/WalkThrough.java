package walletsync.walkthrough;

import java.nio.file.Path;

/**
 * The walk-through: prose, and snippets that are run as they are written. Only three things are
 * swapped behind the scenes: the port, where lines are printed, and the cost of the keys.
 */
final class WalkThrough {
  private final StringBuilder page = new StringBuilder();
  private final int port;
  private final Path folder;

  private WalkThrough(int port, Path folder) {
    this.port = port;
    this.folder = folder;
  }

  /** Runs everything against the server at this port; the page as it is committed. */
  static String write(int port, Path folder) {
    WalkThrough walk = new WalkThrough(port, folder);
    try (Snippets shell = new Snippets()) {
      walk.tell(shell);
    }
    return walk.page.toString();
  }

  private void tell(Snippets shell) {
    prose(
        """
        # Walk-through

        <!-- Written by running it: mvn -q test -Dtest=WalkThroughTest -Dwalk-through.write=true -->

        Two computers, one account: what the client does, and what the server does with it. Every
        line below a prompt was run, and what follows it is what came out; only what differs each
        time is cut to `…`.

        To follow along, build the jar, start a server, and in another terminal a shell:

        ```
        mvn -q package -DskipTests
        mvn -q compile exec:java
        jshell --class-path target/wallet-sync-server.jar -R-Xmx1280m
        ```
        """);
    run(
        shell,
        """
        import walletsync.client.*
        import walletsync.client.http.ServerAddress
        import walletsync.client.merge.*
        import java.nio.file.Path
        var home = Path.of("/tmp/walk-through")
        var settings = ClientSettings.forServer(ServerAddress.local(8090)).withMessages(System.out::println)
        """);
    setup(shell);
    syncing(shell);
    conflicts(shell);
    password(shell);
    push(shell);
  }

  private void setup(Snippets shell) {
    prose(
        """
        ## Initial setup and account recovery

        Set up a client for each computer, with the same account, which does not exist on the server
        yet. Each has a folder of its own, where it keeps its wallet and what it knows.
        """);
    run(
        shell,
        """
        var c1 = WalletSyncClient.open("joe2@example.com", "123abc2", home.resolve("computer-1"), settings)
        var c2 = WalletSyncClient.open("joe2@example.com", "123abc2", home.resolve("computer-2"), settings)
        """);
    prose(
        """
        Register the account with one of the clients. It makes a salt seed, and derives from it, the
        address and the password two things: what the server gets to see as the password, and the key
        with which wallets are signed. That takes some seconds and 1 GiB of memory, so that nobody
        who steals the server's database can try out passwords at will.
        """);
    run(shell, "c1.register()");
    prose(
        """
        Now that the account exists, grab an auth token with both clients. The second one has never
        seen the account: it gets the salt seed from the server, and needs nothing but address and
        password. That is also how an account is recovered on a new computer.
        """);
    run(shell, "c1.getAuthToken()\nc2.getAuthToken()");
  }

  private void syncing(Snippets shell) {
    prose(
        """
        ## Syncing

        Look for a wallet on the server, begin a new one as there is none, and post it. Besides the
        encrypted wallet, a `WalletState` has its `sequence`: a number that rises by one with each
        wallet that the server accepts.
        """);
    run(shell, "c1.initWalletState()\nc1.updateRemoteWallet()");
    prose("The other client finds it on the server.");
    run(shell, "c2.initWalletState()");
    prose(
        """
        ## Updating

        Push a new version, get it with the other client. The wallet has not been edited yet; the
        sequence rises all the same.
        """);
    run(shell, "c2.updateRemoteWallet()\nc1.getRemoteWallet()");
    prose(
        """
        ## Wallet changes

        Changes are easiest to see in preferences. Change one on one client:
        """);
    run(
        shell,
        """
        c1.getPreferences()
        c1.setPreference("animal", "cow")
        c1.hasUnsyncedLocalChanges()
        """);
    prose("That client sends its wallet to the server, the other one gets it.");
    run(
        shell,
        """
        c1.updateRemoteWallet()
        c2.getRemoteWallet()
        c2.getPreferences()
        """);
  }

  private void conflicts(Snippets shell) {
    prose(
        """
        ## Merging changes

        Both clients make changes. They now have diverging wallets.
        """);
    run(
        shell,
        """
        c1.setPreference("car", "Audi")
        c2.setPreference("animal", "horse")
        c1.getPreferences()
        c2.getPreferences()
        """);
    prose(
        """
        One client posts its change first. The other one gets it, and merges it with the change that
        it has made itself. The base of the merge is the last version that client and server had in
        common: against it the client sees that `car` changed there and `animal` changed here.
        """);
    run(
        shell,
        """
        c1.updateRemoteWallet()
        c2.getRemoteWallet()
        c2.getPreferences()
        """);
    prose("Finally, the merged wallet is pushed, and the first client gets it.");
    run(
        shell,
        """
        c2.updateRemoteWallet()
        c1.getRemoteWallet()
        c1.getPreferences()
        """);
    prose(
        """
        ## Conflicts

        A client cannot post unless it is up to date. Its post is refused, and the answer carries the
        wallet that it has to merge first, so it need not ask for it.

        So let us make diverging changes again:
        """);
    run(
        shell,
        """
        c2.setPreference("animal", "beaver")
        c1.setPreference("car", "Toyota")
        """);
    prose("We try to post both. The second one is refused, and merges instead:");
    run(
        shell,
        """
        c2.updateRemoteWallet()
        c1.updateRemoteWallet()
        c1.getPreferences()
        """);
    prose("Now it can post the merged wallet.");
    run(shell, "c1.updateRemoteWallet()");
    prose(
        """
        `sync` does all of this in one go: it pulls, merges, and pushes as often as it takes, and
        only if there is something to push.
        """);
    run(shell, "c2.sync()\nc2.sync()");
    prose(
        """
        ## Deletion against change

        What if both change the *same* preference? Then somebody has to decide, above all if one of
        them deleted it. By default the later change wins, as in the SDK, and a change wins over a
        deletion. Here we want to decide ourselves:
        """);
    run(
        shell,
        """
        c1.unsetPreference("car")
        c2.setPreference("car", "Volvo")
        c2.sync()
        c1.setConflicts(conflict -> { System.out.println("Both changed " + conflict.key() + ", theirs is " + conflict.theirs().get().value()); return Conflict.Side.OURS; })
        c1.sync()
        c1.getPreferences()
        """);
    prose("The deletion was chosen, and reaches the other computer.");
    run(shell, "c2.sync()\nc2.getPreferences()");
  }

  private void password(Snippets shell) {
    prose(
        """
        ## Password change

        A new password means new keys, so the wallet is encrypted anew, and both reach the server in
        one request: with either all of it changes or nothing. A client with changes that it has not
        pushed refuses.
        """);
    run(
        shell,
        """
        c1.setPreference("animal", "cat")
        try { c1.changePassword("eggsandwich"); } catch (Exception e) { System.out.println(e.getMessage()); }
        c1.updateRemoteWallet()
        c1.changePassword("eggsandwich")
        c1.getAuthToken()
        c1.getWalletState().sequence()
        """);
    prose(
        """
        The session of the other computer has ended. It takes the new password, and finds the wallet
        under its new keys.
        """);
    run(
        shell,
        """
        try { c2.sync(); } catch (Exception e) { System.out.println(e.getMessage()); }
        c2.setLocalPassword("eggsandwich")
        c2.getAuthToken()
        c2.sync()
        c2.getPreferences()
        """);
  }

  private void push(Snippets shell) {
    prose(
        """
        ## Websocket

        Instead of asking again and again, a client can keep a websocket open. The server tells it of
        each version, and it syncs at once.
        """);
    run(shell, "c2.startWebSocket()", "Listening for changes");
    run(shell, "c1.setPreference(\"animal\", \"dog\")\nc1.sync()");
    prose("The other computer has heard of it by itself:");
    run(shell, "c2.awaitSequence(12, java.time.Duration.ofSeconds(10))", "Now at wallet state 12");
    run(shell, "c2.getPreferences()\nc2.stopWebSocket()");
  }

  private void prose(String text) {
    page.append(page.isEmpty() ? "" : "\n").append(text.strip()).append('\n');
  }

  private void run(Snippets shell, String lines) {
    run(shell, lines, "");
  }

  private void run(Snippets shell, String lines, String awaited) {
    page.append("\n```\n");
    for (String line : lines.strip().split("\n", -1)) {
      page.append("jshell> ").append(line).append('\n');
      String result = shell.run(behindTheScenes(line));
      Stage.takeLines().forEach(this::output);
      if (!awaited.isEmpty()) {
        Stage.takeAside(awaited).forEach(this::output);
      }
      if (!result.isEmpty()) {
        output(result);
      }
    }
    page.append("```\n");
  }

  private void output(String line) {
    page.append(normalized(line)).append('\n');
  }

  private String behindTheScenes(String line) {
    return line.replace("ServerAddress.local(8090)", "ServerAddress.local(" + port + ")")
        .replace(
            "withMessages(System.out::println)",
            "withMessages(walletsync.walkthrough.Stage::print)"
                + ".withKeys(walletsync.walkthrough.Stage.keys())"
                + ".withPacking(walletsync.walkthrough.Stage.packing())")
        .replace("System.out.println", "walletsync.walkthrough.Stage.print")
        .replace("/tmp/walk-through", folder.toString().replace("\\", "\\\\"));
  }

  /** What differs each time: times, the folder, and ciphertexts, which begin with their cost. */
  private String normalized(String line) {
    return line.replace(folder.toString(), "/tmp/walk-through")
        .replaceAll("encryptedWallet='[^']+'", "encryptedWallet='czo4MTkyOjE2OjE6…'")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "…")
        .replaceAll("ClientSettings\\[.*", "ClientSettings[…]");
  }
}
