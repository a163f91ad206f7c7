package walletsync.server.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.StartException;

/** A server that runs, durably, as it does for those who have no Postgres of their own. */
class EmbeddedPostgresTest {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start(@TempDir Path temporary) throws IOException {
    postgres = TestFolders.start(TestFolders.options(TestFolders.dataDirIn(temporary), true));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void itAnswersItsOwnerWhoMayCreateTables() throws SQLException {
    assertThat(Sql.value(postgres, "SELECT current_user || '@' || current_database()"))
        .isEqualTo("walletsync@walletsync");
    Sql.execute(postgres, "CREATE TABLE mine (id int PRIMARY KEY)");
    Sql.execute(postgres, "DROP TABLE mine");
  }

  @Test
  void everyPasswordIsKeptForScram() throws SQLException {
    try (Connection connection = Sql.asSuperuser(postgres)) {
      assertThat(
              Sql.value(
                  connection,
                  "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid"
                      + " WHERE rolcanlogin"))
          .isEqualTo("t");
      assertThat(
              Sql.value(
                  connection,
                  "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"))
          .isEqualTo("scram-sha-256");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"walletsync", "postgres"})
  void aWrongPasswordAndNoPasswordAreRefused(String user) {
    assertThatThrownBy(() -> Sql.connect(postgres, "walletsync", user, "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
    assertThatThrownBy(() -> Sql.connect(postgres, "walletsync", user, null))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no password was provided");
  }

  @Test
  void theRoleOfTheServerIsAnOrdinaryOne() throws SQLException {
    assertThat(
            Sql.value(
                postgres,
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
                    + " FROM pg_roles WHERE rolname = current_user"))
        .isEqualTo("f");
    assertThatThrownBy(() -> Sql.execute(postgres, "COPY (SELECT 1) TO '/tmp/walletsync-out'"))
        .hasMessageContaining("permission denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "template1"})
  void theRoleOfTheServerMayNotConnectToOtherDatabases(String database) {
    assertThatThrownBy(
            () -> Sql.connect(postgres, database, "walletsync", postgres.password().reveal()))
        .hasMessageContaining("permission denied for database");
  }

  @ParameterizedTest
  @CsvSource({
    "fsync, on",
    "full_page_writes, on",
    "synchronous_commit, on",
    "data_checksums, on",
    "server_encoding, UTF8",
    "listen_addresses, 127.0.0.1",
    "unix_socket_directories, ''",
    "password_encryption, scram-sha-256",
    "max_connections, 20",
  })
  void itIsSetToBeDurableAndClosed(String setting, String value) throws SQLException {
    assertThat(Sql.show(postgres, setting)).isEqualTo(value);
  }

  @Test
  void noOtherUserMayReadOrWriteAnythingOfIt() throws IOException {
    Path root = postgres.dataDir();
    // Root lets the group of the account that runs Postgres pass through, and no more.
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo(TestFolders.ROOT ? "rwx--x---" : "rwx------");
    assertThat(readableByOthers(root)).isEmpty();
  }

  /** Does not mind that Postgres deletes files meanwhile, as Files.walk would. */
  private static List<Path> readableByOthers(Path root) throws IOException {
    List<Path> open = new ArrayList<>();
    Disk.forEach(
        root,
        path -> {
          String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
          if (!path.equals(root) && !permissions.endsWith("------")) {
            open.add(path);
          }
        });
    return open;
  }

  @Test
  void noPasswordIsInALogOrOnACommandLineOrPrinted() throws IOException {
    String log = Files.readString(postgres.dataDir().resolve("postgres.log"));
    String commands =
        ProcessHandle.allProcesses()
            .flatMap(process -> process.info().commandLine().stream())
            .reduce("", String::concat);
    for (String password :
        List.of(postgres.password().reveal(), postgres.superuserPassword().reveal())) {
      assertThat(password).hasSize(64);
      assertThat(log).doesNotContain(password);
      assertThat(commands).doesNotContain(password);
      assertThat(postgres.password() + " " + postgres.superuserPassword()).doesNotContain(password);
    }
    assertThat(postgres.password()).isNotEqualTo(postgres.superuserPassword());
  }

  @Test
  void aCtrlCInOurTerminalDoesNotReachIt() throws IOException {
    assumeTrue(TestFolders.LINUX);
    long postmaster = TestFolders.postmasterOf(postgres);
    long ours = ProcessHandle.current().pid();
    assertThat(groupAndSession(postmaster)).doesNotContainAnyElementsOf(groupAndSession(ours));
  }

  private static List<String> groupAndSession(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return fields.subList(2, 4);
  }

  @Test
  void aSecondStartOnItsFolderIsRefusedInOneLineAndDoesItNoHarm() throws Exception {
    assertThatThrownBy(() -> TestFolders.start(postgres.dataDir()))
        .isInstanceOf(StartException.class)
        .hasMessageMatching("Another server \\(process \\d+\\) already uses .*DATA_DIR");

    // The refused one must not have dropped this process' lock: ask from another process.
    try (ChildServer child = ChildServer.on(postgres.dataDir())) {
      assertThat(child.lineWith("REFUSED"))
          .contains("(process " + ProcessHandle.current().pid() + ") already uses");
    }
    assertThat(Sql.value(postgres, "SELECT 1")).isEqualTo("1");
  }

  @Test
  void aRelativeFolderMeansTheSamePlaceWhateverItsForm() {
    assertThat(EmbeddedPostgres.Options.of(Path.of("./x/../data")).dataDir())
        .isEqualTo(Path.of("data").toAbsolutePath());
  }
}
