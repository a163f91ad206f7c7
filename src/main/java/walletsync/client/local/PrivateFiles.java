package walletsync.client.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * Files that only their owner can read, and that are whole at every moment: written beside, forced
 * to the disk, then renamed. A kill or a power cut leaves the old file or the new one.
 */
public final class PrivateFiles {
  /** The largest file that is read, in bytes. */
  private static final long MAX_BYTES = 64L * 1024 * 1024;

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private PrivateFiles() {}

  /** Makes a folder, and those above it, for its owner alone. */
  public static void createFolder(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, permissions("rwx------"));
      }
    } catch (IOException e) {
      throw failed("made", folder, e);
    }
  }

  /** Makes the folder of a file. */
  static void createParent(Path file) {
    createFolder(folderOf(file));
  }

  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
  }

  /** Puts text into a file at once and for good. */
  public static void write(Path file, String text) {
    Path temporary = null;
    try {
      Path folder = folderOf(file);
      createFolder(folder);
      temporary =
          Files.createTempFile(folder, file.getFileName() + ".", ".new", permissions("rw-------"));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      delete(temporary);
      throw failed("written", file, e);
    }
  }

  /** The text of a file, or nothing where there is no file. */
  public static Optional<String> read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ClientException(Problem.LOCAL, file + " is too large to be read.");
      }
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  /** The folder's entry of the renamed file must survive a power cut too. */
  private static void force(Path folder) throws IOException {
    if (POSIX) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void delete(@Nullable Path temporary) {
    if (temporary != null) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // It is in the way of nobody, and the first failure is the one to tell of.
      }
    }
  }

  private static FileAttribute<?>[] permissions(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Options that open a lock file. */
  static Set<StandardOpenOption> lockOptions() {
    return Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  static FileAttribute<?>[] ownerOnly() {
    return permissions("rw-------");
  }

  private static ClientException failed(String what, Path file, IOException e) {
    return new ClientException(Problem.LOCAL, file + " cannot be " + what + ".", e);
  }
}
