package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.StartException;

/**
 * One server per folder. The operating system holds the lock, and frees it when this process ends,
 * in whatever way. The file stays: deleting it would let two servers lock two files of one name.
 */
final class FolderLock {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

  /**
   * Locks of this very process. POSIX drops all of a process' locks on a file as soon as it closes
   * any descriptor of that file, so a second attempt from here must not even open it.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Takes the lock, or says who has it. */
  static FolderLock take(Path file) throws IOException {
    if (!HELD_HERE.add(file)) {
      throw inUse(file, String.valueOf(ProcessHandle.current().pid()));
    }
    boolean taken = false;
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              Disk.asAttribute(Disk.OWNER_FILE));
      try {
        if (channel.tryLock() == null) {
          throw inUse(file, signature(channel));
        }
        sign(channel);
        taken = true;
        return new FolderLock(file, channel);
      } catch (OverlappingFileLockException e) {
        throw inUse(file, signature(channel));
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    } finally {
      if (!taken) {
        HELD_HERE.remove(file);
      }
    }
  }

  /** Whether a server has the folder, in this process or in another. */
  static boolean isHeld(Path file) throws IOException {
    if (HELD_HERE.contains(file)) {
      return true;
    }
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  void release() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("Closing {} failed", file, e);
    } finally {
      HELD_HERE.remove(file);
    }
  }

  /** Leaves our process id for the message of whoever comes second. */
  private static void sign(FileChannel channel) throws IOException {
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
  }

  /** Read through the open channel: opening and closing the file anew could drop a lock. */
  private static String signature(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(32);
    channel.read(bytes, 0);
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
  }

  private static StartException inUse(Path file, String pid) {
    return new StartException(
        "Another server%s already uses %s; stop it, or choose another DATA_DIR"
            .formatted(pid.isEmpty() ? "" : " (process " + pid + ")", file.getParent()));
  }
}
