package walletsync.server.db.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.StartException;

/**
 * Runs Postgres' programs: as they are for an ordinary user, and with all privileges laid down for
 * root.
 */
final class Launcher {
  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
  private static final Duration PROBE = Duration.ofSeconds(30);
  private static final int FAILED = -1;

  private final List<String> prefix;
  private final Path output;

  private Launcher(List<String> prefix, Path output) {
    this.prefix = prefix;
    this.output = output;
  }

  /** What a short command said. */
  record Output(int exitCode, String text) {
    String lastLine() {
      List<String> lines = text.strip().lines().toList();
      return lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1);
    }
  }

  /** Finds, by trying, the way to become the account with the fewest privileges that suffice. */
  static Launcher choose(Optional<Account> account, DataFolder folder, Binaries binaries)
      throws IOException {
    Path output = folder.log().prepare(account);
    if (account.isEmpty()) {
      return new Launcher(List.of(), output);
    }
    String why = "there is neither setpriv nor runuser";
    for (List<String> way : waysToBecome(account.get())) {
      Output attempt = capture(join(way, enterAndRun(folder, binaries)), PROBE);
      if (attempt.exitCode() == 0) {
        return new Launcher(way, output);
      }
      LOG.debug("{} does not work: {}", way, attempt.lastLine());
      why = attempt.exitCode() == FAILED ? why : attempt.lastLine();
    }
    throw new StartException(
        ("Postgres refuses to run as root, and as %s it cannot run in %s (%s); choose another"
                + " DATA_DIR, start as an ordinary user, or set DATABASE_URL")
            .formatted(account.get().name(), folder.root(), why));
  }

  private static List<List<String>> waysToBecome(Account account) {
    List<String> setpriv =
        List.of(
            "setpriv",
            "--reuid=" + account.uid(),
            "--regid=" + account.gid(),
            "--clear-groups",
            "--no-new-privs");
    return List.of(
        join(setpriv, List.of("--inh-caps=-all", "--bounding-set=-all")),
        // DATA_DIR lies below a folder such as /root that is closed to the account. It keeps the
        // one capability that opens it, to read. Without the secure bit, access(2), with which
        // Postgres looks for its programs, would not honour the capability.
        join(
            setpriv,
            List.of(
                "--securebits=+no_setuid_fixup",
                "--inh-caps=-all,+dac_read_search",
                "--ambient-caps=-all,+dac_read_search",
                "--bounding-set=-all,+dac_read_search")),
        List.of("runuser", "-u", account.name(), "--"));
  }

  private static List<String> enterAndRun(DataFolder folder, Binaries binaries) {
    return List.of(
        "/bin/sh",
        "-c",
        "cd \"$0\" && exec \"$1\" --version",
        folder.root().toString(),
        binaries.program("postgres").toString());
  }

  /**
   * Runs a program to its end. What it says goes to Postgres' log, not through a pipe: a server
   * that the program leaves behind would hold that open.
   *
   * @return its exit code, or another number than 0 when it took too long and was ended
   */
  int run(List<String> command, Duration patience) {
    try {
      Process process =
          prepare(join(prefix, command))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
              .start();
      return exitCode(process, patience);
    } catch (IOException e) {
      throw new StartException("Cannot run " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  /** Runs a short command that says little, as this process' own user. */
  static Output capture(List<String> command, Duration patience) {
    try {
      Process process = prepare(command).start();
      int exitCode = exitCode(process, patience);
      byte[] said = exitCode == FAILED ? new byte[0] : process.getInputStream().readAllBytes();
      return new Output(exitCode, new String(said, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Output(FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static int exitCode(Process process, Duration patience) {
    try {
      if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return FAILED;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw Wait.interrupted(e);
    }
  }

  /**
   * A child gets a clean environment, so that no PGDATA, LANG or LD_LIBRARY_PATH of the operator's
   * shell changes what it does; and it starts in a folder that every account may enter.
   */
  private static ProcessBuilder prepare(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LC_ALL", "C");
    environment.put("TZ", "UTC");
    return builder
        .directory(new File("/"))
        .redirectErrorStream(true)
        .redirectInput(new File("/dev/null"));
  }

  private static List<String> join(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
