package walletsync.server.db.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.settings.StartException;
import walletsync.support.Await;

/** One folder, started again and again after everything that may have happened in between. */
class EmbeddedPostgresRestartTest {
  private static Path dataDir;

  @BeforeAll
  static void makeOneRow(@TempDir Path temporary) throws Exception {
    dataDir = TestFolders.dataDirIn(temporary);
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir)) {
      Sql.execute(postgres, "CREATE TABLE kept (id int)");
      Sql.execute(postgres, "INSERT INTO kept VALUES (42)");
    }
  }

  private static void assertItStartsWithItsRow() throws IOException, SQLException {
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir)) {
      assertThat(Sql.value(postgres, "SELECT id FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void aRestartKeepsTheRowsAndThePasswords() throws Exception {
    EmbeddedPostgres first = TestFolders.start(dataDir);
    first.close();
    first.close();
    try (EmbeddedPostgres second = TestFolders.start(dataDir)) {
      assertThat(second.password()).isEqualTo(first.password());
      assertThat(second.superuserPassword()).isEqualTo(first.superuserPassword());
      assertThat(Sql.value(second, "SELECT id FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void aKilledPostmasterLosesNoRowAndIsNoticed() throws Exception {
    CountDownLatch noticed = new CountDownLatch(1);
    try (EmbeddedPostgres postgres = TestFolders.start(TestFolders.options(dataDir, true))) {
      postgres.watch(noticed::countDown);
      Sql.execute(postgres, "CREATE TABLE survivors AS SELECT * FROM generate_series(1, 1000)");
      TestFolders.kill(TestFolders.postmasterOf(postgres), TestFolders.clusterOf(postgres));
      Await.latch(noticed);
    }
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir)) {
      assertThat(Sql.value(postgres, "SELECT count(*) FROM survivors")).isEqualTo("1000");
    }
  }

  @Test
  void aBackendThatOutlivesItsKilledPostmasterIsNoObstacle() throws Exception {
    assumeTrue(TestFolders.LINUX);
    CompletableFuture<Void> busy;
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir);
        Connection connection = Sql.asUser(postgres)) {
      String backend = Sql.value(connection, "SELECT pg_backend_pid()");
      busy = CompletableFuture.runAsync(() -> computeForAnHour(connection));
      waitForQuery(postgres, backend);
      TestFolders.kill(TestFolders.postmasterOf(postgres), TestFolders.clusterOf(postgres));
      assertThat(ProcessHandle.of(Long.parseLong(backend))).isPresent();
      assertItStartsAfterClose(postgres);
    }
    assertThat(busy).failsWithin(Duration.ofSeconds(10));
  }

  private static void assertItStartsAfterClose(EmbeddedPostgres killed) throws Exception {
    killed.close();
    assertItStartsWithItsRow();
  }

  /** Only a backend that computes does not notice; one that waits does. */
  private static void computeForAnHour(Connection connection) {
    try (Statement sql = connection.createStatement()) {
      sql.execute("SELECT count(*) FROM generate_series(1, 100000000000)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitForQuery(EmbeddedPostgres postgres, String backend) throws Exception {
    String query = "SELECT state FROM pg_stat_activity WHERE pid = " + backend;
    try (Connection connection = Sql.asSuperuser(postgres)) {
      assertThat(
              Wait.until(() -> "active".equals(stateOf(connection, query)), Duration.ofSeconds(10)))
          .isTrue();
    }
  }

  private static String stateOf(Connection connection, String query) throws IOException {
    try {
      return Sql.value(connection, query);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aPidFileWhosePidBelongsToSomethingElseIsNoObstacleAndThatIsLeftAlone() throws Exception {
    Process innocent = sleeper();
    try {
      leavePidFile(pidFile -> pidFile.replaceFirst("^\\d+", String.valueOf(innocent.pid())));
      assertItStartsWithItsRow();
      assertThat(innocent.isAlive()).isTrue();
    } finally {
      innocent.destroyForcibly();
    }
  }

  /** Of the account that runs Postgres: only then does Postgres take it for a server. */
  private static Process sleeper() throws IOException {
    List<String> command = new ArrayList<>();
    Optional<Account> account = Account.forPostgres(Optional.empty(), dataDir.resolve("pgdata"));
    account.ifPresent(
        who -> command.addAll(List.of("setpriv", "--reuid=" + who.uid(), "--clear-groups")));
    command.addAll(List.of("sleep", "600"));
    return new ProcessBuilder(command).start();
  }

  @Test
  void thePidFileOfADeadProcessIsNoObstacle() throws Exception {
    leavePidFile(pidFile -> pidFile.replaceFirst("^\\d+", "2147483646"));
    assertItStartsWithItsRow();
  }

  @Test
  void anEmptyPidFileIsNoObstacle() throws Exception {
    leavePidFile(pidFile -> "");
    assertItStartsWithItsRow();
  }

  private static void leavePidFile(UnaryOperator<String> change) throws Exception {
    Path file;
    String text;
    try (EmbeddedPostgres postgres = TestFolders.start(dataDir)) {
      file = TestFolders.clusterOf(postgres).resolve("postmaster.pid");
      text = Files.readString(file);
    }
    Files.writeString(file, change.apply(text));
    if (TestFolders.ROOT) {
      Disk.own(file, TestFolders.uidOf(dataDir.resolve("pgdata")), 0);
    }
  }

  @Test
  void aPortThatSomebodyTookMeanwhileIsLeftForAnother() throws Exception {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      AtomicInteger asked = new AtomicInteger();
      IntSupplier ports =
          () -> asked.getAndIncrement() == 0 ? taken.getLocalPort() : FreePort.find();
      try (EmbeddedPostgres postgres =
          TestFolders.start(TestFolders.options(dataDir, false), ports)) {
        assertThat(asked).hasValueGreaterThan(1);
        assertThat(postgres.port()).isNotEqualTo(taken.getLocalPort());
      }
    }
  }

  @Test
  void whatAKilledStartLeftHalfMadeIsDeleted() throws Exception {
    Path initdb = Files.createDirectories(dataDir.resolve("tmp-initdb-1/pgdata/base/1"));
    Files.writeString(initdb.resolve("112"), "half a page");
    Path unpacking = Files.createDirectories(dataDir.resolve("tmp-binaries-1/bin"));
    Files.writeString(unpacking.resolve("postgres"), "half a program");
    Path password = Files.writeString(dataDir.resolve("tmp-password"), "half a pass");
    assertItStartsWithItsRow();
    assertThat(List.of(initdb, unpacking, password)).noneMatch(Files::exists);
  }

  @Test
  void aLogThatGrewLargeIsPutAsideAtTheNextStart() throws Exception {
    Path log = dataDir.resolve("postgres.log");
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(5 << 20);
    }
    assertItStartsWithItsRow();
    assertThat(log).content().hasSizeLessThan(1 << 20).contains("ready to accept connections");
  }

  @Test
  void theServersOwnPasswordIsReplacedWhenItIsLost() throws Exception {
    Files.delete(dataDir.resolve("password"));
    assertItStartsWithItsRow();
  }

  @Test
  void aSuperusersPasswordThatIsLostOrWrongIsNamedInOneLine() throws Exception {
    Path file = dataDir.resolve("superuser.password");
    Path aside = Files.move(file, dataDir.resolveSibling("aside"));
    assertRefusal("superuser.password, the key to the data beside it, is missing");
    Files.writeString(file, "0".repeat(64));
    assertRefusal("superuser.password does not fit the data beside it");
    Files.writeString(file, "");
    assertRefusal("superuser.password does not hold a password");
    Files.delete(file);
    Files.move(aside, file);
    assertItStartsWithItsRow();
  }

  @Test
  void aFailedStartSaysWhatPostgresSaidAndWhereAndLeavesNothingRunning() throws Exception {
    Path broken = dataDir.resolve("pgdata/postgresql.conf");
    String good = Files.readString(broken);
    Files.writeString(broken, good + "\nno_such_setting = on\n");
    assertRefusal("does not start: FATAL: configuration file .* contains errors .*postgres.log\\)");
    Files.writeString(broken, good);
    assertItStartsWithItsRow();
  }

  @Test
  void aClusterOfAnotherMajorVersionIsRefused() throws Exception {
    Path version = dataDir.resolve("pgdata/PG_VERSION");
    Files.writeString(version, "17\n");
    assertRefusal("is of Postgres 17, but this server has Postgres 18");
    Files.writeString(version, "18\n");
    assertItStartsWithItsRow();
  }

  private static void assertRefusal(String pattern) {
    assertThatThrownBy(() -> TestFolders.start(dataDir).close())
        .isInstanceOf(StartException.class)
        .message()
        .containsPattern(pattern)
        .doesNotContain("\n");
  }
}
