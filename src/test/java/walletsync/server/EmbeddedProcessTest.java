package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.support.ServerProcess;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TirelessWriter;

/** The server as a process with its embedded database: killed at any moment, and started again. */
class EmbeddedProcessTest {
  private static ServerProcess start(Path folder) {
    return ServerProcess.start(
        Map.of(
            "DATA_DIR", folder.toString(),
            "ACCOUNT_VERIFICATION_MODE", "AllowAll",
            "DRAIN_SECONDS", "0"));
  }

  @Test
  void everyAcknowledgedWalletSurvivesAKillOfTheServerOrOfItsPostgres(@TempDir Path folder)
      throws IOException {
    TestPostgres.lendProgramsTo(folder);
    ServerProcess victim = start(folder).awaitGreeting();
    ProcessTest.assertThatItCannotStart(start(folder), folder.toString());

    TestAccount account = new TestAccount(victim.http(), "a@example.com");
    account.signUp().expect(201);
    TestDevice device = account.logIn("laptop");
    TirelessWriter writer = TirelessWriter.through(device);
    writer.awaitAcknowledged(20);
    victim.kill();
    long attempted = writer.attempted();

    try (ServerProcess again = start(folder).awaitGreeting()) {
      TestDevice there = new TestDevice(again.http(), device.token());
      long stored = there.get().expect(200).json().get("sequence").asLong();
      assertThat(stored).isBetween(attempted - 1, attempted);
      assertThat(there.get().text("encryptedWallet")).isEqualTo("wallet " + stored);
      there.post("wallet " + attempted, attempted, "hmac").expect(200);
      there.post("the last", attempted + 1, "hmac").expect(200);

      ProcessHandle.of(postmaster(folder)).orElseThrow().destroyForcibly();
      assertThat(again.exitCode()).as("so that a supervisor starts it again").isEqualTo(1);
      assertThat(again.output().lines().filter(line -> line.contains("ERROR")))
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("The embedded Postgres has ended", folder + "/postgres.log", "exit code 1");
    }
    try (ServerProcess last = start(folder).awaitGreeting()) {
      TestDevice there = new TestDevice(last.http(), device.token());
      assertThat(there.get().text("encryptedWallet")).isEqualTo("the last");
      last.terminate();
      assertThat(last.output()).as("it was asked to").doesNotContain("has ended");
    }
    assertThat(pidFile(folder)).as("Postgres ended with the server").doesNotExist();
  }

  private static long postmaster(Path folder) throws IOException {
    return Long.parseLong(Files.readAllLines(pidFile(folder)).get(0));
  }

  private static Path pidFile(Path folder) {
    return folder.resolve("pgdata").resolve("postmaster.pid");
  }

  @Test
  void aFirstStartThatIsKilledAtSomeMomentCanBeRepeated(@TempDir Path folder) {
    for (int millis : new int[] {300, 1200, 2500}) {
      ServerProcess victim = start(folder);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
      victim.kill();
    }
    try (ServerProcess server = start(folder).awaitGreeting()) {
      new TestAccount(server.http(), "a@example.com").signUp().expect(201);
    }
  }
}
