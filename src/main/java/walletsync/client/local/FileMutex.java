package walletsync.client.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  /**
   * A lock of the operating system belongs to the process, and is given up when any channel on the
   * file is closed: so only the thread whose turn it is may open one.
   */
  private static final ConcurrentHashMap<Path, Turn> TURNS = new ConcurrentHashMap<>();

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
    try {
      Path canonical = canonical(file);
      Turn turn = TURNS.compute(canonical, (path, known) -> Turn.wanted(known));
      try {
        if (!turn.take(patience)) {
          throw busy(file);
        }
        try {
          return amongProcesses(file, deadline, work);
        } finally {
          turn.permit.release();
        }
      } finally {
        TURNS.computeIfPresent(canonical, (path, known) -> known.unwanted());
      }
    } catch (IOException e) {
      throw new ClientException(Problem.LOCAL, file + " cannot be locked.", e);
    }
  }

  private static <T> T amongProcesses(Path file, long deadline, Supplier<T> work)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, PrivateFiles.lockOptions(), PrivateFiles.ownerOnly())) {
      while (tryLock(channel) == null) {
        if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
          throw busy(file);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
      return work.get();
    }
  }

  /** The same for one file under whatever name. */
  private static Path canonical(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    return folder == null ? absolute : folder.toRealPath().resolve(absolute.getFileName());
  }

  private static ClientException busy(Path file) {
    return new ClientException(
        Problem.BUSY, "Another program is using " + file + ". Try again when it is done.");
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Somebody in this process has it without having come here.
    }
  }

  /** Whose turn it is within this process, and by how many it is wanted. */
  private record Turn(Semaphore permit, int wantedBy) {
    static Turn wanted(@Nullable Turn known) {
      return known == null
          ? new Turn(new Semaphore(1, true), 1)
          : new Turn(known.permit, known.wantedBy + 1);
    }

    @Nullable Turn unwanted() {
      return wantedBy == 1 ? null : new Turn(permit, wantedBy - 1);
    }

    boolean take(Duration patience) {
      try {
        return permit.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
