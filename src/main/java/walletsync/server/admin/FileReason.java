package walletsync.server.admin;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be used, in a few words. */
final class FileReason {
  private FileReason() {}

  static String of(IOException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("No space left") || said.contains("quota exceeded")) {
      return "the disk is full";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    if (e instanceof FileSystemException failed && failed.getReason() != null) {
      return String.valueOf(failed.getReason());
    }
    return said.lines().findFirst().orElse("no reason given");
  }
}
