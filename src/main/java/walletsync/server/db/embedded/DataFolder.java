package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import walletsync.server.settings.StartException;

/**
 * The folder that holds everything, and the names in it.
 *
 * <pre>
 * lock                 held while a server runs
 * binaries-…           Postgres itself, unpacked
 * pgdata               the database cluster
 * postgres.log         what Postgres says
 * password             of the role that the server uses
 * superuser.password   of the role that back-ups use
 * tmp-…                half-made things, deleted at the next start
 * </pre>
 *
 * @param root a real path: absolute, without symbolic links
 */
record DataFolder(Path root) {
  static final String TEMPORARY = "tmp-";

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(EnumSet.copyOf(Disk.OWNER_FOLDER));

  /** Makes the folder if need be, and makes sure that it is one that we may use as our own. */
  static DataFolder open(Path dataDir) throws IOException {
    Path path = dataDir.toAbsolutePath();
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new StartException(path + " is a file, not a folder; set DATA_DIR to a folder");
    }
    if (!Files.exists(path)) {
      createPrivate(path);
    }
    DataFolder folder = new DataFolder(path.toRealPath());
    folder.refuseOddName();
    folder.refuseForeignContent();
    return folder;
  }

  Path lockFile() {
    return root.resolve("lock");
  }

  Path cluster() {
    return root.resolve("pgdata");
  }

  PostgresLog log() {
    return new PostgresLog(root.resolve("postgres.log"));
  }

  /** Deletes what a killed start left half-made. */
  void deleteLeftovers() throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, TEMPORARY + "*")) {
      for (Path leftover : leftovers) {
        Disk.deleteDespiteWriters(leftover);
      }
    }
  }

  /**
   * Takes all rights on the folder from everybody else. When root runs Postgres under another
   * account, that account may pass through (to what it owns) but neither list nor change anything:
   * root works in here, and must not be led astray by links that a lesser account planted.
   */
  void closeToOthers(Optional<Account> account) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.copyOf(Disk.OWNER_FOLDER);
    if (account.isPresent() && !account.get().owns(root)) {
      Disk.own(root, Account.ROOT_UID, account.get().gid());
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
    }
    if (!Files.getPosixFilePermissions(root).equals(permissions)) {
      Files.setPosixFilePermissions(root, permissions);
    }
  }

  /** Says at once that the disk is too full, rather than half-way with a worse message. */
  static void demandSpace(Path folder, long bytes) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new StartException(
          ("The disk is too full for the embedded Postgres: %s has %d MB free, %d MB are needed;"
                  + " free some, choose another DATA_DIR, or set DATABASE_URL")
              .formatted(folder, free >> 20, bytes >> 20));
    }
  }

  private static void createPrivate(Path path) throws IOException {
    Path parent = Disk.parentOf(path);
    Files.createDirectories(parent);
    try {
      Files.createDirectory(path, Disk.asAttribute(Disk.OWNER_FOLDER));
      if (Files.isReadable(parent)) {
        Disk.sync(parent);
      }
    } catch (FileAlreadyExistsException e) {
      // Another server was faster; the lock decides between the two.
    }
  }

  /** pg_ctl and initdb put paths between double quotes on a shell's command line. */
  private void refuseOddName() {
    boolean odd =
        root.toString()
            .chars()
            .anyMatch(c -> "\"$`\\".indexOf(c) >= 0 || Character.isISOControl(c));
    if (odd) {
      throw new StartException(
          "The path of DATA_DIR has a character that Postgres cannot handle (\" $ ` \\ or a line"
              + " break); choose another DATA_DIR");
    }
  }

  /** A DATA_DIR that was set to /tmp or to a home by mistake must not have its rights changed. */
  private void refuseForeignContent() throws IOException {
    if (Files.exists(lockFile(), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(root);
    if (permissions.stream().noneMatch(OTHERS::contains)) {
      return;
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(root)) {
      if (content.iterator().hasNext()) {
        throw new StartException(
            "%s holds other files and is open to other users; set DATA_DIR to an empty folder"
                .formatted(root));
      }
    }
  }
}
