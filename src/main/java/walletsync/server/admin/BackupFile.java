package walletsync.server.admin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import walletsync.protocol.Sha256;

/**
 * A back-up that was read from its first to its last byte, and is whole: what a broken disk or a
 * cut-off download changed is noticed before any database is touched.
 */
final class BackupFile implements AutoCloseable {
  /** Of manifest and checksum; tables are streamed. */
  private static final int MAX_SMALL_ENTRY_BYTES = 1 << 20;

  private final Path path;
  private final ZipFile zip;
  private final Manifest manifest;

  private BackupFile(Path path, ZipFile zip, Manifest manifest) {
    this.path = path;
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens and verifies.
   *
   * @throws CommandFailedException when it is not a whole back-up
   */
  static BackupFile verified(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CommandFailedException("Cannot read " + path + ": there is no such file");
    }
    try {
      ZipFile zip = new ZipFile(path.toFile());
      boolean good = false;
      try {
        BackupFile file = new BackupFile(path, zip, manifest(zip));
        for (Manifest.Table table : file.manifest.tables()) {
          CountingDigest digest = new CountingDigest();
          try (InputStream rows = digest.over(file.entry(table.entry()))) {
            rows.transferTo(OutputStream.nullOutputStream());
          }
          file.demand(table, digest);
        }
        good = true;
        return file;
      } finally {
        if (!good) {
          zip.close();
        }
      }
    } catch (ZipException | IllegalArgumentException e) {
      throw damaged(path, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw e instanceof EOFException
          ? damaged(path, "it ends too early", e)
          : new CommandFailedException("Cannot read " + path + ": " + FileReason.of(e), e);
    }
  }

  Manifest manifest() {
    return manifest;
  }

  /** The rows of a table; to be compared by {@link #demand} when they were read. */
  InputStream rows(Manifest.Table table) throws IOException {
    return entry(table.entry());
  }

  /** Refuses rows that are not those of the manifest. */
  void demand(Manifest.Table table, CountingDigest read) {
    if (read.bytes() != table.bytes()
        || read.lines() != table.rows()
        || !read.sha256().equals(table.sha256())) {
      throw new IllegalArgumentException(
          "the rows of " + table.name() + " do not match their checksum");
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  static CommandFailedException damaged(Path path, String why, Exception cause) {
    return new CommandFailedException(
        "%s is not a whole back-up: %s. Nothing was changed."
            .formatted(path, Printer.clean(why).strip()),
        cause);
  }

  CommandFailedException damaged(Exception cause) {
    return damaged(path, String.valueOf(cause.getMessage()), cause);
  }

  private static Manifest manifest(ZipFile zip) throws IOException {
    byte[] json = small(zip, Backup.MANIFEST);
    String sha256 = HexFormat.of().formatHex(Sha256.of(new String(json, StandardCharsets.UTF_8)));
    String expected =
        new String(small(zip, Backup.MANIFEST_SHA256), StandardCharsets.US_ASCII).strip();
    if (!sha256.equals(expected)) {
      throw new IllegalArgumentException("its manifest does not match its checksum");
    }
    return Manifest.parse(json);
  }

  private static byte[] small(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(MAX_SMALL_ENTRY_BYTES + 1);
      if (bytes.length > MAX_SMALL_ENTRY_BYTES) {
        throw new IllegalArgumentException("its " + name + " is too large");
      }
      return bytes;
    }
  }

  private InputStream entry(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return zip.getInputStream(entry);
  }
}
