package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TirelessWriter;

/** The server as a process on an external database: starting, refusing to start, ending. */
class ProcessTest {
  @Test
  void severalThatStartAtOnceOnAnEmptyDatabaseAllServeIt() {
    External database = TestPostgres.emptyDatabase();
    List<ServerProcess> servers =
        IntStream.range(0, 3)
            .mapToObj(i -> ServerProcess.start(ServerProcess.settings(database)))
            .toList();
    try {
      servers.forEach(ServerProcess::awaitGreeting);

      TestAccount account = new TestAccount(servers.get(0).http(), "a@example.com");
      account.signUp().expect(201);
      TestDevice device = account.logIn("laptop");
      for (int sequence = 1; sequence <= 6; sequence++) {
        new TestDevice(servers.get(sequence % 3).http(), device.token())
            .post("wallet " + sequence, sequence, "hmac")
            .expect(200);
      }
      assertThat(device.get().text("encryptedWallet")).isEqualTo("wallet 6");
      assertThat(Sql.number(database, "SELECT count(*) FROM flyway_schema_history WHERE success"))
          .isEqualTo(
              Sql.number(database, "SELECT count(DISTINCT version) FROM flyway_schema_history"));
    } finally {
      servers.forEach(ServerProcess::close);
    }
  }

  @Test
  void withoutSettingsNobodyCanSignUp() {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.remove("ACCOUNT_VERIFICATION_MODE");
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      assertThat(server.output()).contains("Sign-up   nobody");
      new TestAccount(server.http(), "a@example.com")
          .signUp()
          .expectError(403, "Forbidden: Account not whitelisted");
    }
  }

  @Test
  void aTakenPortStopsTheStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> settings =
          new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
      settings.put("PORT", String.valueOf(taken.getLocalPort()));
      assertThatItCannotStart(ServerProcess.start(settings), String.valueOf(taken.getLocalPort()));
    }
  }

  static Stream<Arguments> settingsThatStopTheStart() {
    return Stream.of(
        Arguments.of(Map.of("PORT", "80 90"), "PORT"),
        Arguments.of(Map.of("DATABASE_URL", "mysql://u:sesame@127.0.0.1/d"), "DATABASE_URL"),
        Arguments.of(
            Map.of(
                "DATABASE_URL",
                "postgresql://u:sesame@127.0.0.1:" + ServerProcess.freePort() + "/d"),
            "127.0.0.1"));
  }

  @ParameterizedTest
  @MethodSource("settingsThatStopTheStart")
  void aBadSettingStopsTheStartNamingIt(Map<String, String> settings, String named) {
    assertThatItCannotStart(ServerProcess.start(settings), named);
  }

  @Test
  void aWrongDatabasePasswordStopsTheStart() {
    External database = TestPostgres.freshDatabase();
    Map<String, String> settings = new HashMap<>(ServerProcess.settings(database));
    settings.put("PGPASSWORD", "sesame");
    assertThatItCannotStart(ServerProcess.start(settings), database.database());
  }

  @Test
  void anUnknownSettingInTheFileOrNoFileStopsTheStart(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("server.properties"), "PROT=8090\n");
    assertThatItCannotStart(ServerProcess.start(Map.of(), "--conf", file.toString()), "PROT");
    String missing = folder.resolve("missing.properties").toString();
    assertThatItCannotStart(ServerProcess.start(Map.of(), "--conf", missing), missing);
  }

  @Test
  void aWrongCommandLineIsAnsweredWithTheUsage() {
    ServerProcess server = ServerProcess.start(Map.of(), "--verbose");
    assertThat(server.exitCode()).isEqualTo(2);
    assertThat(server.output()).startsWith("Usage: wallet-sync-server");
  }

  /** One clear line, an exit code, no stack trace, no password. */
  static void assertThatItCannotStart(ServerProcess server, String named) {
    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.output().lines().toList()).as(server.output()).hasSize(1);
    assertThat(server.output())
        .startsWith("wallet-sync-server cannot start: ")
        .contains(named)
        .doesNotContain("sesame", "Exception");
  }

  @Test
  void whatIsWrittenWhileOneIsKilledIsThereOrWasNeverAcknowledged() {
    External database = TestPostgres.freshDatabase();
    ServerProcess victim = ServerProcess.start(ServerProcess.settings(database)).awaitGreeting();
    try (ServerProcess survivor =
        ServerProcess.start(ServerProcess.settings(database)).awaitGreeting()) {
      TestAccount account = new TestAccount(survivor.http(), "a@example.com");
      account.signUp().expect(201);
      TestDevice device = account.logIn("laptop");
      TestDevice throughVictim = new TestDevice(victim.http(), device.token());
      TirelessWriter writer = TirelessWriter.through(throughVictim);
      writer.awaitAcknowledged(20);
      victim.kill();

      long attempted = writer.attempted();
      long stored = device.get().expect(200).json().get("sequence").asLong();
      assertThat(stored).isBetween(attempted - 1, attempted);
      assertThat(device.get().text("encryptedWallet")).isEqualTo("wallet " + stored);
      device.post("wallet " + attempted, attempted, "hmac").expect(200); // the retry settles it
    }
  }
}
