package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The file {@code postmaster.pid} of a cluster, whose first line is the postmaster's process id.
 */
record PidFile(Path file) {
  /** A postmaster writes its pid microseconds after it made the file. */
  private static final Duration PATIENCE_WHILE_EMPTY = Duration.ofSeconds(1);

  /** Above every limit of pids: nobody has it. Ten digits. */
  private static final String NOBODY = String.valueOf(Integer.MAX_VALUE);

  /** Lines of the file, counted from 0. */
  private static final int PORT_LINE = 3;

  private static final int STATUS_LINE = 7;

  static PidFile in(Path cluster) {
    return new PidFile(cluster.resolve("postmaster.pid"));
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** Empty when the file has none, even after a moment. */
  OptionalLong pid() throws IOException {
    Wait.until(() -> !firstLine().isEmpty() || !exists(), PATIENCE_WHILE_EMPTY);
    try {
      return OptionalLong.of(Long.parseLong(firstLine()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Somebody mends the cluster by hand with {@code postgres --single}, which signs with a minus.
   */
  boolean namesSingleUserProcess() throws IOException {
    return firstLine().startsWith("-");
  }

  /** The TCP port of a postmaster that accepts connections. */
  OptionalInt portWhenReady() throws IOException {
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready")
          ? OptionalInt.of(Integer.parseInt(lines.get(PORT_LINE).strip()))
          : OptionalInt.empty();
    } catch (NoSuchFileException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Replaces the pid, which belongs to something else by now, with nobody's. The rest stays: from
   * it Postgres learns whether backends of the dead postmaster still use its memory, which is why
   * the file must not simply be deleted.
   */
  void disarm() throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    String disarmed = text.replaceFirst("^-?\\d+", NOBODY);
    Files.writeString(
        file, disarmed, StandardCharsets.ISO_8859_1, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private String firstLine() throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return text.lines().findFirst().orElse("").strip();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
