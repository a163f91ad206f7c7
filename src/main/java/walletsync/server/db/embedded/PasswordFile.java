package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import walletsync.protocol.Secret;
import walletsync.server.settings.StartException;

/** A random password, kept in a file that only this process' user may read. */
record PasswordFile(Path file) {
  private static final int BYTES = 32;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{" + 2 * BYTES + "}");

  static PasswordFile ofSuperuser(DataFolder folder) {
    return new PasswordFile(folder.root().resolve("superuser.password"));
  }

  static PasswordFile ofUser(DataFolder folder) {
    return new PasswordFile(folder.root().resolve("password"));
  }

  /**
   * Reads the password. Where none may be made up, because the cluster has one already, its loss is
   * for a person to mend.
   */
  Secret readOrCreate(boolean mayCreate) throws IOException {
    try {
      String text = Files.readString(file).strip();
      if (!HEX.matcher(text).matches()) {
        throw new StartException(file + " does not hold a password; restore it from a back-up");
      }
      return Secret.of(text);
    } catch (NoSuchFileException e) {
      if (!mayCreate) {
        throw new StartException(
            file + ", the key to the data beside it, is missing; restore it from a back-up", e);
      }
      return create();
    }
  }

  private Secret create() throws IOException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String text = HexFormat.of().formatHex(random);
    Path temporary = file.resolveSibling(DataFolder.TEMPORARY + file.getFileName());
    Disk.writePrivately(temporary, text + "\n");
    Disk.publish(temporary, file);
    return Secret.of(text);
  }
}
