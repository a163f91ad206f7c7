package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files as a database likes them: private from birth, renamed in one step, and on the disk. */
final class Disk {
  static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
  static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

  private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
  private static final Duration PATIENCE_WITH_WRITERS = Duration.ofSeconds(10);

  private Disk() {}

  static FileAttribute<Set<PosixFilePermission>> asAttribute(Set<PosixFilePermission> permissions) {
    return PosixFilePermissions.asFileAttribute(permissions);
  }

  /** Writes a new file that only its owner may read, through to the disk. */
  static void writePrivately(Path file, String text) throws IOException {
    Set<StandardOpenOption> createNew =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, createNew, asAttribute(OWNER_FILE))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Gives a finished thing its name. After this it is there as a whole, even when power fails. */
  static void publish(Path temporary, Path target) throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    sync(parentOf(target));
  }

  static Path parentOf(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new NoSuchFileException(path.toString(), null, "has no parent folder");
    }
    return parent;
  }

  /** Forces a file's content, or a folder's list of names, to the disk. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static void own(Path path, int uid, int gid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The top comes last: while it has its old owner, a chown that was cut off is seen and redone.
   */
  static void ownTree(Path folder, int uid, int gid) throws IOException {
    forEach(folder, path -> own(path, uid, gid));
  }

  /**
   * Deletes a folder that an orphaned initdb may still write to. When even patience does not help,
   * the folder stays for the next start: it is in nobody's way.
   */
  static void deleteDespiteWriters(Path path) throws IOException {
    ProcessTable.killPostgresIn(path);
    boolean gone = Wait.until(() -> deletedOnce(path), PATIENCE_WITH_WRITERS);
    if (!gone) {
      LOG.warn("{} is left over and cannot be deleted yet", path);
    }
  }

  private static boolean deletedOnce(Path path) throws IOException {
    try {
      forEach(path, Files::deleteIfExists);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  /** What to do with each path of a tree. */
  interface Step {
    void apply(Path path) throws IOException;
  }

  /** A folder comes after its content. Follows no links, and does not mind what vanishes. */
  static void forEach(Path top, Step step) throws IOException {
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            applyUnlessGone(step, file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null && !(e instanceof NoSuchFileException)) {
              throw e;
            }
            applyUnlessGone(step, folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void applyUnlessGone(Step step, Path path) throws IOException {
    try {
      step.apply(path);
    } catch (NoSuchFileException e) {
      LOG.trace("{} went meanwhile", path);
    }
  }
}
