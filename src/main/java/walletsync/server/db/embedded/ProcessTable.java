package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process id that stood in a file stands for now. Pids are used again, so nothing may be
 * signalled before it was looked at.
 */
final class ProcessTable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTable.class);
  private static final Path PROC = Path.of("/proc");
  private static final boolean HAS_PROC = Files.exists(PROC.resolve("self/cmdline"));
  private static final Duration PATIENCE_AFTER_KILL = Duration.ofSeconds(5);

  private ProcessTable() {}

  /** Whether this is a living postmaster of the cluster. A zombie is not: it works on nothing. */
  static boolean isPostmaster(long pid, Path cluster) throws IOException {
    List<String> command = commandLine(pid);
    if (command.isEmpty() || !isPostgres(command.get(0))) {
      return false;
    }
    Optional<Path> folder = workingFolder(pid);
    if (folder.isPresent()) {
      // Decides when it can be read: it is right even after DATA_DIR was renamed.
      return folder.get().equals(cluster.toRealPath());
    }
    int option = command.indexOf("-D");
    return option >= 0
        && option + 1 < command.size()
        && command.get(option + 1).equals(cluster.toString());
  }

  /**
   * Whether a postmaster that was seen alive has surely ended. Nothing is sure where the process
   * cannot be looked at, as while this one has no file descriptor left.
   */
  static boolean hasEnded(long pid) {
    if (!HAS_PROC) {
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
    }
    Path process = PROC.resolve(String.valueOf(pid));
    if (Files.notExists(process)) {
      return true;
    }
    try {
      String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
      return command.isEmpty() || !isPostgres(command.split("\0", 2)[0]);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the pid is in use, certainly not by a postmaster of the cluster. */
  static boolean isAnythingElse(long pid, Path cluster) throws IOException {
    return isReadable(pid) && !isPostmaster(pid, cluster);
  }

  /**
   * Ends every Postgres process that works in a folder: backends whose postmaster was killed and
   * who have not noticed, and what an orphaned initdb runs. Only where /proc tells.
   */
  static void killPostgresIn(Path folder) throws IOException {
    if (!HAS_PROC || !Files.isDirectory(folder)) {
      return;
    }
    Path real = folder.toRealPath();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (runsPostgresIn(pid, real)) {
          LOG.debug("Ending the left-over Postgres process {}", pid);
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
          Wait.until(() -> !runsPostgresIn(pid, real), PATIENCE_AFTER_KILL);
        }
      }
    }
  }

  private static boolean runsPostgresIn(long pid, Path folder) {
    return read(pid, "comm").strip().equals("postgres")
        && workingFolder(pid).filter(path -> path.startsWith(folder)).isPresent();
  }

  private static boolean isPostgres(String program) {
    return program.equals("postgres") || program.endsWith("/postgres");
  }

  private static boolean isReadable(long pid) {
    return HAS_PROC
        ? Files.isReadable(PROC.resolve(pid + "/cmdline"))
        : ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  /** Empty for a process that is gone, is a zombie, or may not be looked at. */
  private static List<String> commandLine(long pid) {
    if (HAS_PROC) {
      String line = read(pid, "cmdline");
      return line.isEmpty() ? List.of() : Arrays.asList(line.split("\0", -1));
    }
    List<String> words = new ArrayList<>();
    ProcessHandle.of(pid)
        .map(ProcessHandle::info)
        .ifPresent(
            info -> {
              info.command().ifPresent(words::add);
              info.arguments().ifPresent(arguments -> words.addAll(Arrays.asList(arguments)));
            });
    return words;
  }

  private static Optional<Path> workingFolder(long pid) {
    try {
      return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/cwd")));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(PROC.resolve(pid + "/" + file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
