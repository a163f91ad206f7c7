package walletsync.server.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Started as root, Postgres runs under an account that may do nothing. */
class EmbeddedPostgresAsRootTest {
  @BeforeEach
  void onlyAsRoot() {
    assumeTrue(TestFolders.ROOT && TestFolders.LINUX);
  }

  @Test
  void theAccountHasNoPrivilegeAndOwnsTheClusterButNotThePasswords(@TempDir Path temporary)
      throws Exception {
    Path dataDir = TestFolders.dataDirIn(temporary);
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir)) {
      Path process = Path.of("/proc/" + TestFolders.postmasterOf(postgres));
      assertThat(TestFolders.uidOf(process))
          .isNotZero()
          .isEqualTo(TestFolders.uidOf(TestFolders.clusterOf(postgres)));
      assertThat(capabilities(process)).isEqualTo("0000000000000000");
      for (String file : List.of("password", "superuser.password", "lock")) {
        assertThat(TestFolders.uidOf(dataDir.resolve(file))).as(file).isZero();
      }
    }
  }

  @Test
  void aFolderBelowOneThatIsClosedToTheAccountWorksAsWell(@TempDir Path temporary)
      throws Exception {
    assumeTrue(mayKeepACapability(), "a container without CAP_DAC_READ_SEARCH");
    Path closed = Files.createDirectory(temporary.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    try (EmbeddedPostgres postgres = TestFolders.start(closed.resolve("data"))) {
      Path process = Path.of("/proc/" + TestFolders.postmasterOf(postgres));
      assertThat(TestFolders.uidOf(process)).isNotZero();
      assertThat(capabilities(process)).isEqualTo("0000000000000004");
      assertThat(Sql.value(postgres, "SELECT 1")).isEqualTo("1");
    }
    try (EmbeddedPostgres postgres = TestFolders.start(closed.resolve("data"))) {
      assertThat(Sql.value(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void anotherAccountThatIsAskedForGetsTheClusterAndKeepsIt(@TempDir Path temporary)
      throws Exception {
    Path dataDir = TestFolders.dataDirIn(temporary);
    startAs("nobody", dataDir).close();
    int nobody = TestFolders.uidOf(dataDir.resolve("pgdata"));

    Optional<String> other = anotherAccount();
    assumeTrue(other.isPresent(), "a system with one account only");
    try (EmbeddedPostgres postgres = startAs(other.get(), dataDir)) {
      assertThat(TestFolders.uidOf(dataDir.resolve("pgdata"))).isNotEqualTo(nobody);
      assertThat(Sql.value(postgres, "SELECT 1")).isEqualTo("1");
    }
    // Without a wish, whoever owns the data keeps it.
    int owner = TestFolders.uidOf(dataDir.resolve("pgdata"));
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir)) {
      assertThat(TestFolders.uidOf(TestFolders.clusterOf(postgres))).isEqualTo(owner);
    }
  }

  private static EmbeddedPostgres startAs(String account, Path dataDir) throws IOException {
    return TestFolders.start(
        new EmbeddedPostgres.Options(dataDir, false, Optional.of(account), 20));
  }

  private static Optional<String> anotherAccount() {
    return List.of("walletsync", "postgres", "daemon").stream()
        .filter(
            name ->
                Launcher.capture(List.of("id", "-u", name), Duration.ofSeconds(10)).exitCode() == 0)
        .findFirst();
  }

  private static boolean mayKeepACapability() {
    List<String> command =
        List.of(
            "setpriv",
            "--inh-caps=-all,+dac_read_search",
            "--bounding-set=-all,+dac_read_search",
            "true");
    return Launcher.capture(command, Duration.ofSeconds(10)).exitCode() == 0;
  }

  private static String capabilities(Path process) throws IOException {
    return Files.readString(process.resolve("status"), StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> line.startsWith("CapEff:"))
        .findFirst()
        .orElseThrow()
        .substring("CapEff:".length())
        .strip();
  }
}
