package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.ServerProcess;
import walletsync.support.TestAccount;
import walletsync.support.TestPostgres;

/** What comes with the server, its settings files, and more of what it refuses to start with. */
class ProcessStartTest {
  private static final String SECRET = "s3cret";

  @Test
  void aStartSaysWhereItListensWhereDataLivesAndWhoMaySignUpAndNothingElse() {
    External database = TestPostgres.freshDatabase();
    try (ServerProcess server =
        ServerProcess.start(ServerProcess.settings(database)).awaitGreeting()) {
      assertThat(server.output().lines().filter(line -> !line.contains("INFO  Main")))
          .containsExactly(
              "wallet-sync-server listens on http://127.0.0.1:" + server.port(),
              "  Data      in the Postgres at %s:%d/%s"
                  .formatted(database.host(), database.port(), database.database()),
              "  Sign-up   anybody who can reach it; ACCOUNT_VERIFICATION_MODE changes that",
              "  Settings  environment variables; conf/server.properties lists them all",
              "  Stop      Ctrl-C");
    }
  }

  /** Every setting stands in it, commented out: nothing in it is unknown, and nothing changes. */
  @Test
  void withTheSettingsFileAsItComesNobodyCanSignUp() {
    try (ServerProcess server = start("server.properties", Map.of())) {
      assertThat(server.output())
          .contains("Sign-up   nobody; ACCOUNT_WHITELIST and ACCOUNT_VERIFICATION_MODE change that")
          .contains("server.properties and environment variables; ");
      new TestAccount(server.http(), "joe@example.com")
          .signUp()
          .expectError(403, "Forbidden: Account not whitelisted");
    }
  }

  @Test
  void theDevelopmentProfileLetsAnybodyOnThisMachineSignUpAndNobodyElseConnect()
      throws SocketException {
    try (ServerProcess server = start("development.properties", Map.of("BIND_ADDRESS", ""))) {
      assertThat(server.output())
          .contains("listens on http://127.0.0.1:" + server.port())
          .contains("Sign-up   anybody who can reach it");
      new TestAccount(server.http(), "joe@example.com").signUp().expect(201);
      assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
          .filteredOn(address -> !address.isLoopbackAddress())
          .noneMatch(address -> listens(address, server.port()));
    }
  }

  @Test
  void anAddressThatCannotBeListenedOnStopsTheStart() {
    String address = "192.0.2.1"; // kept for documentation, and so nobody's
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.put("BIND_ADDRESS", address);
    ProcessTest.assertThatItCannotStart(
        ServerProcess.start(settings), "Cannot listen on " + address + " port");
  }

  @Test
  void aDatabaseThatListensAndSaysNothingIsNotWaitedForForever() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort() + "/wallets";
      ServerProcess server =
          ServerProcess.start(Map.of("DATABASE_URL", "postgresql://joe:" + SECRET + "@" + address));
      ProcessTest.assertThatItCannotStart(server, "Cannot reach the database " + address);
      assertThat(server.output()).doesNotContain(SECRET);
    }
  }

  @Test
  void aDatabaseThatDoesNotExistStopsTheStart() {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.maintenance()));
    settings.put("PGDATABASE", "no_such_database");
    ProcessTest.assertThatItCannotStart(
        ServerProcess.start(settings), "database \"no_such_database\" does not exist");
  }

  @Test
  void aDatabaseInWhichSomethingElseLivesIsNotTouched() {
    External database = TestPostgres.emptyDatabase();
    TestPostgres.execute(database, "CREATE TABLE accounts (id int)");
    ProcessTest.assertThatItCannotStart(
        ServerProcess.start(ServerProcess.settings(database)),
        "Cannot bring the schema of the database");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DATABASE_URL=postgresql://joe:" + SECRET + "@[host/db", "PORT=\\u80"})
  void aBadLineOfTheFileStopsTheStartAndNoSecretIsShown(String line, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), line + "\n");
    ServerProcess server = ServerProcess.start(Map.of("PORT", ""), "--conf", file.toString());
    ProcessTest.assertThatItCannotStart(
        server, line.startsWith("PORT") ? file.toString() : line.substring(0, line.indexOf('=')));
    assertThat(server.output()).doesNotContain(SECRET);
  }

  @Test
  void aDataFolderThatCannotBeMadeStopsTheStart(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    ProcessTest.assertThatItCannotStart(
        ServerProcess.start(Map.of("DATA_DIR", file.toString())), file.toString());
  }

  @Test
  void helpIsNoFailure() {
    ServerProcess server = ServerProcess.start(Map.of(), "--help");
    assertThat(server.exitCode()).isZero();
    assertThat(server.output()).startsWith("Usage: wallet-sync-server ");
  }

  private static ServerProcess start(String conf, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.remove("ACCOUNT_VERIFICATION_MODE");
    settings.putAll(more);
    return ServerProcess.start(
            settings, "--conf", Path.of("conf", conf).toAbsolutePath().toString())
        .awaitGreeting();
  }

  private static boolean listens(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
