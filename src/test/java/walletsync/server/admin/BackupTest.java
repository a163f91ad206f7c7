package walletsync.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.protocol.Sha256;
import walletsync.server.db.Migrations;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.Command;
import walletsync.support.HeldLock;
import walletsync.support.Invariants;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;
import walletsync.support.TirelessWriter;

/** The commands {@code backup} and {@code restore}, on an external database. */
class BackupTest {
  private static final String STRANGE = "tab\t line\n\r back\\slash \\N \\. ⛵ \u0001 \"quoted\"";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private static Path folder;
  private static Path good;
  private static TestDevice laptop;

  @BeforeAll
  static void aBackup(@TempDir Path shared) {
    folder = shared;
    TestAccount strange = new TestAccount(server.http(), "ärger+⛵@example.com");
    strange.signUp().expect(201);
    laptop = strange.logIn(STRANGE);
    laptop.post("first " + STRANGE, 1, STRANGE).expect(200);
    laptop.post("second " + STRANGE, 2, STRANGE).expect(200);
    server.newAccount().logIn("phone");
    // The number of a deleted account is never given away again.
    Command.run(server.database(), "accounts", "delete", "--yes", server.newAccount().email())
        .expectDone();
    good = folder.resolve("good.backup");
    Command.run(server.database(), "backup", good.toString()).expectDone();
  }

  @Test
  void everyDetailComesBackButTheSessions() {
    External database = TestPostgres.emptyDatabase();

    Command restore = Command.run(database, "restore", good.toString()).expectDone();

    assertThat(restore.out()).contains("2 accounts", "2 wallet_versions", "0 auth_tokens");
    for (String table : List.of("accounts", "wallet_heads", "wallet_versions")) {
      assertThat(content(database, table)).isEqualTo(content(server.database(), table));
    }
    assertThat(Sql.number(database, "SELECT count(*) FROM auth_tokens")).isZero();
    Invariants.hold(database);
    assertThatNothingIsLeftOfTheRestore(database);
    try (TestServer restored = TestServer.allowAll().on(database).start()) {
      new TestDevice(restored.http(), laptop.token()).get().expect(401);
      TestAccount again = new TestAccount(restored.http(), "Ärger+⛵@example.com");
      TestDevice device = again.logIn("laptop");
      assertThat(device.get().expect(200).text("encryptedWallet")).isEqualTo("second " + STRANGE);
      device.post("third", 3, "hmac").expect(200);
      TestAccount next = restored.newAccount();
      assertThat(Sql.number(database, "SELECT id FROM accounts WHERE email = ?", next.email()))
          .isEqualTo(4);
    }
  }

  @Test
  void aDashIsStandardOutputByteForByte() {
    Path file = folder.resolve("from-standard-output.backup");
    assertThat(ServerProcess.run(ServerProcess.settings(server.database()), file, "backup", "-"))
        .isZero();
    External database = TestPostgres.emptyDatabase();
    Command.run(database, "restore", file.toString()).expectDone();
    assertThat(content(database, "wallet_versions"))
        .isEqualTo(content(server.database(), "wallet_versions"));
  }

  @Test
  void sessionsComeAlongWhereThatIsAskedFor() {
    External database = TestPostgres.emptyDatabase();
    Command.run(database, "restore", "--keep-sessions", good.toString()).expectDone();
    assertThat(content(database, "auth_tokens"))
        .isEqualTo(content(server.database(), "auth_tokens"));
    try (TestServer restored = TestServer.allowAll().on(database).start()) {
      new TestDevice(restored.http(), laptop.token()).get().expect(200);
    }
  }

  @Test
  void aBackupMadeWhileServingIsOfOneMoment() {
    try (TestServer busy = TestServer.allowAll().keepingVersions(5).start()) {
      List<TirelessWriter> writers =
          List.of(
              TirelessWriter.through(busy.newAccount().logIn("a")),
              TirelessWriter.through(busy.newAccount().logIn("b")));
      for (int i = 1; i <= 3; i++) {
        long before = 30L * i;
        writers.forEach(writer -> writer.awaitAcknowledged(before));
        Path file = folder.resolve("busy" + i);
        Command.run(busy.database(), "backup", file.toString()).expectDone();
        External database = TestPostgres.emptyDatabase();
        Command.run(database, "restore", file.toString()).expectDone(); // checks every rule
        assertThat(Sql.number(database, "SELECT min(sequence) FROM wallet_heads"))
            .isGreaterThanOrEqualTo(before);
      }
    }
  }

  @Test
  void aDatabaseWithAccountsIsOnlyReplacedOnDemand() {
    External database = TestPostgres.freshDatabase();
    TestServer other = TestServer.allowAll().on(database).start();
    TestAccount old = other.newAccount();

    Command.run(database, "restore", "--replace", good.toString())
        .expectFailure("A server is connected", "stop every server");
    other.close();
    Await.until("no server is connected", () -> servers(database) == 0);
    Command.run(database, "restore", good.toString())
        .expectFailure("holds accounts already", "--replace");
    assertThat(Sql.rows(database, "SELECT email FROM accounts")).containsExactly(old.email());

    Command.run(database, "restore", "--replace", good.toString()).expectDone();
    assertThat(content(database, "accounts")).isEqualTo(content(server.database(), "accounts"));
    assertThatNothingIsLeftOfTheRestore(database);
  }

  @Test
  void aDatabaseThatAServerHasPreparedIsEmpty() {
    External database = TestPostgres.freshDatabase();
    Command.run(database, "restore", good.toString()).expectDone();
    Command.run(database, "check").expectDone();
  }

  @Test
  void aRestoreThatIsKilledAtItsLastStepChangesNothingAndCanBeRepeated() {
    External database = TestPostgres.freshDatabase();
    try (HeldLock reader = HeldLock.by(database, "SELECT * FROM accounts")) {
      ServerProcess restore =
          ServerProcess.start(ServerProcess.settings(database), "restore", good.toString());
      // The process takes its time to start on a busy machine.
      Await.until(
          "the restore waits for a reader",
          () -> commands(database, "AND wait_event_type = 'Lock'") == 1,
          60);
      restore.kill();
      reader.release();
    }
    Await.until("Postgres has noticed", () -> commands(database, "") == 0);
    assertThat(content(database, "accounts")).isEmpty();
    assertThat(Sql.rows(database, "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'wallet_sync%'"))
        .as("what the killed restore left")
        .hasSize(1);

    Command.run(database, "restore", good.toString()).expectDone();
    assertThat(content(database, "accounts")).isEqualTo(content(server.database(), "accounts"));
    assertThatNothingIsLeftOfTheRestore(database);
  }

  @Test
  void somebodyWhoSignsUpMeanwhileIsNotLost() {
    External database = TestPostgres.freshDatabase();
    try (HeldLock signUp =
        HeldLock.by(
            database,
            """
            INSERT INTO accounts (email, email_normalized, email_key, password_hash,
                                  client_salt_seed, verified)
            VALUES ('a@b', 'a@b', '\\x00', '', '', true)
            """)) {
      var restore = Await.begin(() -> Command.run(database, "restore", good.toString()));
      signUp.awaitWaiting(1).release();
      Await.answer(restore).expectFailure("holds accounts already");
    }
    assertThat(Sql.rows(database, "SELECT email FROM accounts")).containsExactly("a@b");
  }

  @Test
  void aCutOffOrChangedFileIsRefusedBeforeAnythingIsTouched() throws IOException {
    byte[] whole = Files.readAllBytes(good);
    Path damaged = folder.resolve("damaged.backup");
    for (int length : new int[] {0, 1, 100, whole.length / 2, whole.length - 1}) {
      Files.write(damaged, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> BackupFile.verified(damaged))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("is not a whole back-up");
    }
    int refused = 0;
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      Files.write(damaged, flipped);
      // A bit that nobody reads, as in a time stamp, may pass: what is read is proven.
      try (BackupFile file = BackupFile.verified(damaged)) {
        assertThat(file.manifest()).isEqualTo(manifest(good));
      } catch (CommandFailedException e) {
        assertThat(e).hasMessageContaining("Nothing was changed");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(whole.length / 2);
  }

  @Test
  void whatIsNoBackupIsRefusedInOneLine() throws IOException {
    External database = TestPostgres.emptyDatabase();
    Path text = Files.writeString(folder.resolve("text"), "no back-up at all\n".repeat(100));
    Command.run(database, "restore", text.toString()).expectFailure("not a whole back-up");
    Path zip = archive(Map.of("readme.txt", "hello"));
    Command.run(database, "restore", zip.toString()).expectFailure("manifest.json");
    Path missing = folder.resolve("missing");
    Command.run(database, "restore", missing.toString()).expectFailure("no such file");
    Path injection = withManifest(manifest -> manifest.replace("\"accounts\"", "\"a; DROP\""));
    Command.run(database, "restore", injection.toString()).expectFailure("incomplete");
    Path later = withManifest(m -> m.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    Command.run(database, "restore", later.toString()).expectFailure("newer release");
    assertThat(Sql.rows(database, "SELECT relname FROM pg_class WHERE relname = 'accounts'"))
        .isEmpty();
  }

  @Test
  void aBackupOfANewerSchemaIsRefused() throws IOException {
    Path newer =
        withManifest(
            manifest ->
                manifest.replaceFirst(
                    "\"schemaVersion\" : \"[0-9]+\"", "\"schemaVersion\" : \"999\""));
    Command.run(TestPostgres.emptyDatabase(), "restore", newer.toString())
        .expectFailure("newer release", "999");
  }

  @Test
  void aBackupOfAnOlderSchemaIsMigrated() {
    External old = TestPostgres.emptyDatabase();
    Migrations.run(old, "public", "2");
    Sql.update(
        old,
        """
        WITH a AS (
          INSERT INTO accounts (email, email_normalized, email_key, password_hash,
                                client_salt_seed, verified)
          VALUES ('a@b', 'a@b', sha256('a@b'), '$argon2id$x', repeat('0', 64), true)
          RETURNING id)
        INSERT INTO wallet_heads (account_id) SELECT id FROM a
        """);
    Command.run(old, "check").expectFailure("schema is 2", "start this release's server once");
    Path file = folder.resolve("old.backup");
    Command.run(old, "backup", file.toString()).expectDone();
    assertThat(manifest(file).schemaVersion()).isEqualTo("2");

    External database = TestPostgres.emptyDatabase();
    Command.run(database, "restore", file.toString()).expectDone();

    Command.run(database, "accounts", "show", "A@b").expectDone();
    assertThat(Sql.rows(database, "SELECT version FROM flyway_schema_history ORDER BY 1"))
        .isEqualTo(
            Sql.rows(server.database(), "SELECT version FROM flyway_schema_history ORDER BY 1"));
  }

  @Test
  void aDatabaseOfANewerReleaseIsLeftAlone() {
    External database = TestPostgres.freshDatabase();
    Sql.update(
        database,
        """
        INSERT INTO flyway_schema_history
        SELECT 1000, '999', description, type, script, checksum, installed_by, installed_on,
               execution_time, success
        FROM flyway_schema_history WHERE version = '1'
        """);
    Path file = folder.resolve("newer.backup");
    Command.run(database, "backup", file.toString()).expectFailure("newer release");
    assertThat(file).doesNotExist();
    Command.run(database, "restore", "--replace", good.toString()).expectFailure("newer release");
    Command.run(database, "stats").expectFailure("newer release");
  }

  @Test
  void aDamagedDatabaseIsBackedUpButNotRestoredWithoutAWord() {
    External damaged = TestPostgres.freshDatabase();
    Command.run(damaged, "restore", good.toString()).expectDone();
    Sql.update(damaged, "UPDATE wallet_heads SET sequence = 7 WHERE sequence = 2");
    Path file = folder.resolve("of-a-damaged-one.backup");
    Command.run(damaged, "backup", file.toString()).expectDone();

    External database = TestPostgres.freshDatabase();
    Command.run(database, "restore", file.toString())
        .expectFailure("was damaged", "The head is the newest version", "Nothing was changed");
    assertThat(content(database, "accounts")).isEmpty();
    assertThatNothingIsLeftOfTheRestore(database);
    assertThat(
            Command.run(database, "restore", "--despite-findings", file.toString())
                .expectDone()
                .out())
        .contains("BROKEN The head is the newest version");
  }

  @Test
  void aFileIsPrivateAndNeverOverwrittenByMistake() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(good)))
        .isEqualTo("rw-------");
    byte[] before = Files.readAllBytes(good);
    Command.run(server.database(), "backup", good.toString())
        .expectFailure(good.toString(), "--force");
    assertThat(Files.readAllBytes(good)).isEqualTo(before);

    Path other = Files.writeString(folder.resolve("other"), "old");
    Command.run(server.database(), "backup", "--force", other.toString()).expectDone();
    try (BackupFile file = BackupFile.verified(other)) {
      assertThat(file.manifest().tables()).hasSize(Schema.KEPT.size());
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(other)))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidInOneLineAndLeavesNothing() throws IOException {
    Path missing = folder.resolve("missing folder").resolve("file");
    Command.run(server.database(), "backup", missing.toString())
        .expectFailure(missing.toString(), "no such file or folder");
    Command.run(server.database(), "backup", folder.toString()).expectFailure("is a folder");
    Command.run(TestPostgres.emptyDatabase(), "backup", folder.resolve("empty").toString())
        .expectFailure("holds nothing of this server");
    try (var files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
    }
  }

  private static Manifest manifest(Path path) {
    try (BackupFile file = BackupFile.verified(path)) {
      return file.manifest();
    }
  }

  /** A whole back-up whose manifest says something else. */
  private static Path withManifest(UnaryOperator<String> change) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(good.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        entries.put(
            entry.getName(),
            new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    String manifest = change.apply(entries.get(Backup.MANIFEST));
    assertThat(manifest).isNotEqualTo(entries.get(Backup.MANIFEST));
    entries.put(Backup.MANIFEST, manifest);
    entries.put(Backup.MANIFEST_SHA256, HexFormat.of().formatHex(Sha256.of(manifest)));
    return archive(entries);
  }

  private static Path archive(Map<String, String> entries) throws IOException {
    Path file = Files.createTempFile(folder, "archive", ".backup");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private static List<String> content(External database, String table) {
    return Sql.rows(database, "SELECT t::text FROM " + table + " t ORDER BY 1");
  }

  private static long commands(External database, String which) {
    return Sql.number(
        database,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'wallet-sync-server-command' "
            + which);
  }

  private static long servers(External database) {
    return Sql.number(
        database,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name = 'wallet-sync-server'");
  }

  private static void assertThatNothingIsLeftOfTheRestore(External database) {
    assertThat(Sql.rows(database, "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'wallet_sync%'"))
        .isEmpty();
  }
}
