package walletsync.server.db.embedded;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import walletsync.server.settings.StartException;

/** Postgres for one platform, packed, on the class path. */
record Archive(URL url) {
  /** Unpacked they are up to five times as large (macOS, with debug symbols). */
  private static final int UNPACKED_TIMES = 6;

  static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r--r--");

  static Archive ofThisSystem() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Archive of(String os, String arch) {
    String name =
        "postgres-%s-%s.txz"
            .formatted(
                os.startsWith("Mac") ? "darwin" : os.toLowerCase(Locale.ROOT),
                switch (arch) {
                  case "amd64" -> "x86_64";
                  case "aarch64" -> "arm_64";
                  default -> arch;
                });
    URL url = Archive.class.getResource("/" + name);
    if (url == null) {
      throw new StartException(
          "There is no embedded Postgres for this system (%s is not on the class path); %s"
              .formatted(name, "set DATABASE_URL to a Postgres of your own"));
    }
    return new Archive(url);
  }

  /** A checksum, which the jar knows already: another version, another folder. */
  String fingerprint() throws IOException {
    if (url.openConnection() instanceof JarURLConnection connection) {
      return Long.toHexString(connection.getJarEntry().getCrc());
    }
    try (CheckedInputStream in = new CheckedInputStream(url.openStream(), new CRC32())) {
      in.skip(Long.MAX_VALUE);
      return Long.toHexString(in.getChecksum().getValue());
    }
  }

  long unpackedBytes() throws IOException {
    return url.openConnection().getContentLengthLong() * UNPACKED_TIMES;
  }

  void unpackTo(Path folder, boolean durable) throws IOException {
    Unpacking.unpack(url, folder);
    Disk.forEach(folder, path -> finish(path, durable));
  }

  /**
   * Root's unprivileged account must be able to read these, whatever the umask is; the folder above
   * lets nobody else in.
   */
  private static void finish(Path path, boolean durable) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return;
    }
    Files.setPosixFilePermissions(path, Files.isExecutable(path) ? PROGRAM : READABLE);
    if (durable) {
      Disk.sync(path);
    }
  }
}
