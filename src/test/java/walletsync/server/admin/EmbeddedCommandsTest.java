package walletsync.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Command;
import walletsync.support.ServerProcess;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Commands on the embedded database: beside the server that runs it, and without one. */
class EmbeddedCommandsTest {
  @Test
  void aDatabaseMovesInIsLookedAfterAndMovesOutAgain(@TempDir Path folder) throws IOException {
    External before = TestPostgres.freshDatabase();
    Path moving = folder.resolve("moving.backup");
    TestDevice device;
    try (TestServer server = TestServer.allowAll().on(before).start()) {
      TestAccount account = new TestAccount(server.http(), "a@example.com");
      account.signUp().expect(201);
      device = account.logIn("laptop");
      device.post("wallet", 1, "hmac").expect(200);
    }
    Command.run(before, "backup", moving.toString()).expectDone();

    Map<String, String> embedded = settings(folder.resolve("data"));
    Command.run(embedded, "restore", "--keep-sessions", moving.toString()).expectDone();
    assertThatNoPostgresRuns(embedded);

    Path file = folder.resolve("file.backup");
    try (ServerProcess server = ServerProcess.start(embedded).awaitGreeting()) {
      device = new TestDevice(server.http(), device.token());
      device.post("next wallet", 2, "hmac").expect(200);

      Command.run(embedded, "backup", file.toString()).expectDone();
      Command.run(embedded, "check").expectDone();
      assertThat(Command.run(embedded, "stats", "--json").out()).contains("\"versions\":2,");
      Command.run(embedded, "restore", "--replace", file.toString())
          .expectFailure("A server runs on the database", "stop it");
      Command.run(embedded, "accounts", "disable", "a@example.com").expectDone();
      device.get().expect(401); // and the server is as well as before
    }
    assertThatNoPostgresRuns(embedded);

    // As an operator does it, while no server runs.
    ServerProcess list = ServerProcess.start(embedded, "accounts", "list");
    assertThat(list.exitCode()).as(list.output()).isZero();
    assertThat(list.output()).contains("disabled", "a@example.com");
    assertThatNoPostgresRuns(embedded);

    External bigger = TestPostgres.emptyDatabase();
    Command.run(bigger, "restore", file.toString()).expectDone();
    assertThat(Command.run(bigger, "accounts", "show", "a@example.com").expectDone().out())
        .containsPattern("sequence +2");
  }

  @Test
  void theCommandLineOfTheProgramIsUnderstoodInAnyOrder(@TempDir Path folder) throws IOException {
    External database = TestPostgres.freshDatabase();
    Path conf =
        Files.writeString(
            folder.resolve("server.properties"),
            "DATABASE_URL=postgresql://%s:%s@%s:%d/%s\n"
                .formatted(
                    database.user(),
                    database.password().reveal(),
                    database.host(),
                    database.port(),
                    database.database()));
    for (String[] arguments :
        new String[][] {
          {"--conf", conf.toString(), "accounts", "list", "--json"},
          {"accounts", "--conf", conf.toString(), "list", "--json"},
          {"accounts", "list", "--json", "--conf", conf.toString()}
        }) {
      assertThat(Command.run(Map.of(), arguments).expectDone().out()).isEmpty();
    }
    Command.run(Map.of(), "--conf", "missing", "stats").expectFailure("missing");
    Command help = Command.run(Map.of(), "--help").expectDone();
    assertThat(help.out())
        .startsWith("Usage: wallet-sync-server")
        .contains("--conf", "backup", "restore", "accounts", "sessions", "stats", "check");
  }

  private static Map<String, String> settings(Path dataDir) {
    TestPostgres.lendProgramsTo(dataDir);
    return Map.of("DATA_DIR", dataDir.toString(), "ACCOUNT_VERIFICATION_MODE", "AllowAll");
  }

  private static void assertThatNoPostgresRuns(Map<String, String> settings) {
    assertThat(Path.of(settings.get("DATA_DIR"), "pgdata", "postmaster.pid")).doesNotExist();
  }
}
