package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import walletsync.server.settings.StartException;

/** Why a file could not be used, in a person's words and in one line. */
final class Reason {
  private final IOException cause;

  private Reason(IOException cause) {
    this.cause = cause;
  }

  static Reason of(IOException cause) {
    return new Reason(cause);
  }

  StartException at(Path dataDir) {
    String line =
        ("The embedded Postgres cannot use %s: %s; mend that, choose another DATA_DIR, or set"
                + " DATABASE_URL")
            .formatted(dataDir, what());
    return new StartException(line.replaceAll("\\s+", " "), cause);
  }

  private String what() {
    String said = String.valueOf(cause.getMessage());
    if (said.contains("No space left") || said.contains("quota exceeded")) {
      return "the disk is full";
    }
    if (cause instanceof FileAlreadyExistsException || cause instanceof NotDirectoryException) {
      return said + " is not a folder";
    }
    if (cause instanceof AccessDeniedException denied) {
      return "no permission for " + denied.getFile() + " (does it belong to another user?)";
    }
    if (cause instanceof FileSystemException failed && failed.getReason() != null) {
      return failed.getFile() + ": " + failed.getReason();
    }
    return said;
  }
}
