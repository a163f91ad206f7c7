package walletsync.server.admin;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import walletsync.protocol.Sha256;
import walletsync.server.db.Migrations;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * Writes the whole database, as it is at one moment, into one file: a zip archive with an entry for
 * each table, a {@link Manifest}, and the manifest's checksum. Servers go on meanwhile. Memory does
 * not grow with the database.
 *
 * <p>The rows are logical (Postgres' COPY in text format, UTF-8), so the file can be restored into
 * another major version of Postgres, embedded or not.
 */
final class Backup {
  static final String MANIFEST = "manifest.json";
  static final String MANIFEST_SHA256 = "manifest.sha256";

  /** For one table. A back-up is slow, not stuck, as long as rows come. */
  private static final Duration LONGEST = Duration.ofHours(12);

  private Backup() {}

  /**
   * Writes the file, or leaves nothing.
   *
   * @param overwrite whether a file of that name may be replaced
   * @throws CommandFailedException when the file or the schema does not allow it
   */
  static Manifest write(External database, Path file, boolean overwrite) throws SQLException {
    Path target = file.toAbsolutePath().normalize();
    refuseExisting(target, overwrite);
    requireOurs(database);
    try {
      Path temporary = temporaryBeside(target);
      try {
        Manifest manifest;
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
            Connection connection = AdminDatabase.connect(database, LONGEST)) {
          manifest = write(connection, Channels.newOutputStream(channel));
          channel.force(true);
        }
        refuseExisting(target, overwrite);
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(target);
        return manifest;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new CommandFailedException("Cannot write " + target + ": " + FileReason.of(e), e);
    }
  }

  /**
   * Writes the same into a stream, which is not closed. What was written when this fails has no
   * manifest, and cannot be restored.
   *
   * @throws CommandFailedException when the stream or the schema does not allow it
   */
  static Manifest write(External database, OutputStream out) throws SQLException {
    requireOurs(database);
    try (Connection connection = AdminDatabase.connect(database, LONGEST)) {
      return write(connection, out);
    } catch (IOException e) {
      throw new CommandFailedException("Cannot write: " + FileReason.of(e), e);
    }
  }

  private static void requireOurs(External database) {
    Migrations.Version version = Migrations.version(database);
    if (version.found().isEmpty()) {
      throw new CommandFailedException("The database holds nothing of this server");
    }
    // It may have tables, or rules, that are unknown here.
    AdminDatabase.refuseNewer(version);
  }

  private static Manifest write(Connection connection, OutputStream out)
      throws SQLException, IOException {
    List<String> expected = Schema.tables(connection);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setAutoCommit(false);
    // Before the snapshot is taken, so that no migration can come between it and the rows.
    Sql.execute(connection, "LOCK TABLE " + quoted(expected) + " IN ACCESS SHARE MODE");
    if (!Schema.tables(connection).equals(expected)) {
      throw new CommandFailedException("The schema has just been changed; try again");
    }
    Instant created = Instant.now();
    CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();

    ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out, 1 << 16));
    zip.setLevel(Deflater.BEST_SPEED);
    List<Manifest.Table> tables = new ArrayList<>();
    for (String name : expected) {
      List<String> columns = Schema.columns(connection, name);
      zip.putNextEntry(new ZipEntry(new Manifest.Table(name, columns, 0, 0, "").entry()));
      CountingDigest digest = new CountingDigest();
      long rows =
          copies.copyOut(
              "COPY %s (%s) TO STDOUT (FORMAT text, ENCODING 'UTF8')"
                  .formatted(Sql.quote(name), quoted(columns)),
              digest.over(zip));
      zip.closeEntry();
      tables.add(new Manifest.Table(name, columns, rows, digest.bytes(), digest.sha256()));
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            Manifest.FORMAT_VERSION,
            created.toString(),
            connection.getMetaData().getDatabaseMajorVersion(),
            Schema.version(connection),
            tables,
            // Not of the snapshot but of now, which is later: no number is given away twice.
            Schema.sequences(connection));
    connection.rollback();
    byte[] json = manifest.json();
    entry(zip, MANIFEST, json);
    String sha256 = HexFormat.of().formatHex(Sha256.of(new String(json, StandardCharsets.UTF_8)));
    entry(zip, MANIFEST_SHA256, sha256.getBytes(StandardCharsets.US_ASCII));
    zip.finish();
    zip.flush();
    return manifest;
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static void refuseExisting(Path file, boolean overwrite) {
    if (Files.isDirectory(file)) {
      throw new CommandFailedException(file + " is a folder; name a file");
    }
    if (Files.exists(file) && !overwrite) {
      throw new CommandFailedException(file + " exists; name another file, or use --force");
    }
  }

  /** A name of its own, so that two back-ups at once do not write into one file. */
  private static Path temporaryBeside(Path file) throws IOException {
    Path temporary =
        Files.createTempFile(
            file.getParent(),
            file.getFileName() + ".",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    temporary.toFile().deleteOnExit(); // for Ctrl-C
    return temporary;
  }

  private static void syncFolder(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  static String quoted(List<String> names) {
    return String.join(", ", names.stream().map(Sql::quote).toList());
  }
}
