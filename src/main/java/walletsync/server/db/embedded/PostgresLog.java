package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Postgres and its programs say: one file, of which one older one is kept. */
record PostgresLog(Path file) {
  private static final long ROTATE_BYTES = 4 << 20;
  private static final long TAIL_BYTES = 64 << 10;
  private static final Pattern TELLING =
      Pattern.compile("(?:FATAL|PANIC|ERROR|error|could not open shared object file): .*");

  /** Makes the file, which Postgres is to write: it may not make files in this folder itself. */
  Path prepare(Optional<Account> account) throws IOException {
    if (Files.exists(file) && Files.size(file) > ROTATE_BYTES) {
      Files.move(
          file, file.resolveSibling("postgres.log.old"), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(file)) {
      Files.createFile(file, Disk.asAttribute(Disk.OWNER_FILE));
    }
    if (account.isPresent()) {
      Disk.own(file, account.get().uid(), account.get().gid());
    }
    return file;
  }

  /** Where the next message will begin. */
  long end() throws IOException {
    return Files.size(file);
  }

  /** What was said since then, or the end of it when that was much. */
  String since(long position) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(Math.max(position, channel.size() - TAIL_BYTES));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** The one line that says most: the last one that names an error, or else the last one. */
  String tellingLine(long position) throws IOException {
    List<String> lines = since(position).lines().filter(line -> !line.isBlank()).toList();
    for (int i = lines.size() - 1; i >= 0; i--) {
      Matcher telling = TELLING.matcher(lines.get(i));
      if (telling.find()) {
        return telling.group().replaceAll("\\s+", " ");
      }
    }
    return lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1).strip();
  }
}
