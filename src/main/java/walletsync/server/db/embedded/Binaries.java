package walletsync.server.db.embedded;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.StartException;

/**
 * Postgres' programs, unpacked and proven to run.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 * @param version as {@code 18.6}
 */
record Binaries(Path home, String version) {
  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
  private static final String PREFIX = "binaries-";
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+\\S*)");

  /** Unpacks what is not yet there, and deletes what another version left. */
  static Binaries unpack(Archive archive, Path parent, boolean durable) throws IOException {
    Path home = parent.toRealPath().resolve(PREFIX + archive.fingerprint());
    if (!Files.exists(home)) {
      DataFolder.demandSpace(parent, archive.unpackedBytes());
      Path temporary = Files.createTempDirectory(parent, DataFolder.TEMPORARY + PREFIX);
      LOG.debug("Unpacking Postgres into {}", temporary);
      archive.unpackTo(temporary, durable);
      Disk.publish(temporary, home);
    }
    deleteOthers(home);
    return new Binaries(home, askVersion(home));
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  String majorVersion() {
    int dot = version.indexOf('.');
    return dot < 0 ? version : version.substring(0, dot);
  }

  private static void deleteOthers(Path home) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Disk.parentOf(home), PREFIX + "*")) {
      for (Path other : all) {
        if (!other.equals(home)) {
          LOG.debug("Deleting {}, of another version", other);
          Disk.deleteDespiteWriters(other);
        }
      }
    }
  }

  private static String askVersion(Path home) {
    String postgres = home.resolve("bin").resolve("postgres").toString();
    Launcher.Output output =
        Launcher.capture(List.of(postgres, "--version"), Duration.ofSeconds(30));
    Matcher version = VERSION.matcher(output.text());
    if (!version.find()) {
      throw new StartException(
          ("The embedded Postgres does not run on this system (%s); choose a DATA_DIR that may"
                  + " hold programs, or set DATABASE_URL to a Postgres of your own")
              .formatted(output.lastLine()));
    }
    return version.group(1);
  }
}
