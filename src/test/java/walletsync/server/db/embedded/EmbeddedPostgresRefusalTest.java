package walletsync.server.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import walletsync.server.settings.StartException;

/** Every start that cannot work ends in one line for a person. */
class EmbeddedPostgresRefusalTest {
  @Test
  void aFileInPlaceOfTheFolder(@TempDir Path temporary) throws IOException {
    Path file = Files.writeString(temporary.resolve("data"), "a file");
    assertRefusal(file, "is a file, not a folder; set DATA_DIR to a folder");
    assertRefusal(file.resolve("below"), "data is not a folder; .*DATA_DIR");
  }

  @Test
  void aFolderThatCannotBeMade() {
    assumeTrue(TestFolders.LINUX);
    assertRefusal(Path.of("/proc/walletsync"), "cannot use /proc/walletsync: .*DATABASE_URL");
  }

  @Test
  void aFolderWithoutPermission(@TempDir Path temporary) throws IOException {
    assumeFalse(TestFolders.ROOT, "root may write everywhere");
    Path folder = Files.createDirectory(temporary.resolve("closed"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-x------"));
    assertRefusal(folder, "no permission for .*closed/lock");
    assertRefusal(folder.resolve("data"), "no permission for .*closed/data");
  }

  @Test
  void aFolderThatHoldsOtherThingsAndIsOpenKeepsItsRights(@TempDir Path temporary)
      throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("home"));
    Files.writeString(folder.resolve("letter"), "not ours");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefusal(folder, "holds other files and is open to other users");
    assertThat(folder).isDirectoryContaining("glob:**letter");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void aPathThatAShellWouldRead(@TempDir Path temporary) {
    assertRefusal(temporary.resolve("$(id)"), "has a character that Postgres cannot handle");
  }

  @Test
  void aFolderInPlaceOfTheClusterThatIsNone(@TempDir Path temporary) throws IOException {
    Path dataDir = TestFolders.dataDirIn(temporary);
    Files.createDirectories(dataDir.resolve("pgdata"));
    Files.createFile(dataDir.resolve("lock"));
    assertRefusal(dataDir, "pgdata is not the data of a Postgres");
  }

  @Test
  void anAccountThatDoesNotExistOrIsRoot(@TempDir Path temporary) throws IOException {
    assumeTrue(TestFolders.ROOT);
    Path dataDir = TestFolders.dataDirIn(temporary);
    for (String account : new String[] {"no-such-account", "root", "-x"}) {
      assertThatThrownBy(
              () ->
                  TestFolders.start(
                      new EmbeddedPostgres.Options(dataDir, false, Optional.of(account), 20)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(account)
          .hasMessageContaining("does not exist or is root");
    }
  }

  @Test
  void aNumberOfConnectionsThatPostgresCouldNotStartWith(@TempDir Path temporary) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EmbeddedPostgres.Options(temporary, true, Optional.empty(), 0));
  }

  @ParameterizedTest
  @CsvSource({"Windows 11, amd64", "Linux, riscv64", "FreeBSD, amd64"})
  void aSystemForWhichThereIsNone(String os, String arch) {
    assertThatThrownBy(() -> Archive.of(os, arch))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("set DATABASE_URL");
  }

  private static void assertRefusal(Path dataDir, String pattern) {
    assertThatThrownBy(() -> TestFolders.start(dataDir).close())
        .isInstanceOf(StartException.class)
        .message()
        .containsPattern(pattern)
        .doesNotContain("\n");
  }
}
