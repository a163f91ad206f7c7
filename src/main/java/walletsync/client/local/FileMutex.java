package walletsync.client.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * A lock among all threads and processes of this machine, kept on a file that stays. The operating
 * system gives it up when its process ends in whatever way.
 */
public final class FileMutex {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private FileMutex() {}

  /**
   * Does something while nobody else does.
   *
   * @param file the lock; it is made if it does not exist, and stays
   * @param patience how long to wait for another who has it
   * @throws ClientException with {@link Problem#BUSY} if the other keeps it
   */
  public static <T> T holding(Path file, Duration patience, Supplier<T> work) {
    PrivateFiles.createParent(file);
    long deadline = System.nanoTime() + patience.toNanos();
    try (FileChannel channel =
        FileChannel.open(file, PrivateFiles.lockOptions(), PrivateFiles.ownerOnly())) {
      while (tryLock(channel) == null) {
        if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
          throw new ClientException(
              Problem.BUSY, "Another program is using " + file + ". Try again when it is done.");
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      return work.get();
    } catch (IOException e) {
      throw new ClientException(Problem.LOCAL, file + " cannot be locked.", e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Another thread of this process has it.
    }
  }
}
