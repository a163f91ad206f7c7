package walletsync.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor time of processes in seconds, and their memory, as Linux counts it (proc(5)). */
final class CpuTime {
  private static final double TICKS_PER_SECOND = 100;
  private static final int PARENT = 1;
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int USER_OF_ENDED_CHILDREN = 13;
  private static final int SYSTEM_OF_ENDED_CHILDREN = 14;

  private CpuTime() {}

  /** What a process has used itself. */
  static double of(long pid) throws IOException {
    String[] stat = stat(Path.of("/proc", String.valueOf(pid)));
    return seconds(stat, USER, SYSTEM);
  }

  /** What those threads of a process have used whose names begin so. */
  static double ofThreads(long pid, String name) throws IOException {
    double seconds = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm")).startsWith(name)) {
          seconds += seconds(stat(thread), USER, SYSTEM);
        }
      }
    }
    return seconds;
  }

  /** What children of this program have used that have ended. */
  static double ofEndedChildren() throws IOException {
    return seconds(stat(Path.of("/proc/self")), USER_OF_ENDED_CHILDREN, SYSTEM_OF_ENDED_CHILDREN);
  }

  /** What a process has used, its children, and those of them that have ended. */
  static double ofFamily(long pid) throws IOException {
    double seconds =
        seconds(
            stat(Path.of("/proc", String.valueOf(pid))),
            USER,
            SYSTEM,
            USER_OF_ENDED_CHILDREN,
            SYSTEM_OF_ENDED_CHILDREN);
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          String[] stat = stat(process);
          if (Long.parseLong(stat[PARENT]) == pid) {
            seconds += seconds(stat, USER, SYSTEM);
          }
        } catch (IOException e) {
          // It has ended meanwhile, and is counted with its parent from now on.
        }
      }
    }
    return seconds;
  }

  /** The parent of a process. */
  static long parent(long pid) throws IOException {
    return Long.parseLong(stat(Path.of("/proc", String.valueOf(pid)))[PARENT]);
  }

  /** What a process holds in memory, in MiB. */
  static double residentMebibytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024.0;
  }

  /** The fields from the state on: the name before it may hold anything. */
  private static String[] stat(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static double seconds(String[] stat, int... fields) {
    double ticks = 0;
    for (int field : fields) {
      ticks += Long.parseLong(stat[field]);
    }
    return ticks / TICKS_PER_SECOND;
  }
}
