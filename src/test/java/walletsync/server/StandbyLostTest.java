package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.db.Migrations;
import walletsync.server.db.embedded.EmbeddedPostgres;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.Http.Response;
import walletsync.support.Sql;
import walletsync.support.TcpProxy;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/**
 * With synchronous replication a commit is one when the standby has it. A Postgres of its own is
 * told to wait for a standby that is not there.
 */
class StandbyLostTest {
  private static final int ACCOUNTS = 6;

  @Test
  void withoutItsStandbyNothingIsPromisedAndNothingIsLost(@TempDir Path folder) {
    TestPostgres.lendProgramsTo(folder);
    try (EmbeddedPostgres postgres = start(folder)) {
      External database = addressOf(postgres);
      Migrations.run(database);
      synchronously(postgres);
      try (TestServer server = TestServer.allowAll().on(database).start()) {
        List<TestDevice> devices = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
          devices.add(server.newAccount().logIn("laptop"));
          devices.get(i).post("wallet 1", 1, "h1").expect(200);
        }
        waitForStandby(postgres, "one_that_is_away");

        // In turn, so that the database says nothing else for seconds.
        for (List<TestDevice> some : List.of(devices.subList(0, 3), devices.subList(3, ACCOUNTS))) {
          all(some, device -> device.post("wallet 2", 2, "h2"))
              .forEach(answer -> answer.expect(503));
        }
        all(devices, TestDevice::get).forEach(answer -> answer.expect(200));
        assertThat(server.http().metric("wallet_sync_database_renewals_total"))
            .as("connections that wait are not left behind in Postgres")
            .isZero();

        // From now on those that were sent are there for all to see, and here alone: to find one
        // promises nothing.
        cancelWaits(postgres);
        Await.until(
            "saves are there",
            () ->
                Sql.number(database, "SELECT count(*) FROM wallet_versions WHERE sequence = 2")
                    >= 2);
        all(devices, device -> device.post("wallet 2", 2, "h2"))
            .forEach(answer -> answer.expect(503));
        // Nor is it one to hear that somebody has built upon it.
        cancelWaits(postgres);
        TestDevice built =
            devices.stream().filter(device -> has(device, "wallet 2")).findAny().orElseThrow();
        built.post("wallet 3", 3, "h3").expect(503);
        cancelWaits(postgres);
        Await.until("it is there", () -> has(built, "wallet 3"));
        built.post("wallet 2", 2, "h2").expect(503);

        waitForStandby(postgres, "");
        Await.until("it is promised", () -> built.post("wallet 2", 2, "h2").status() == 409);
        devices.remove(built);
        all(devices, device -> device.post("wallet 2", 2, "h2"))
            .forEach(answer -> answer.expect(200));
        all(devices, device -> device.post("wallet 3", 3, "h3"))
            .forEach(answer -> answer.expect(200));
        assertThat(Sql.number(database, "SELECT count(*) FROM wallet_versions"))
            .isEqualTo(3 * ACCOUNTS);
      }
    }
  }

  @Test
  void aPrimaryThatIsCutOffFromItsStandbyIsLeftForTheOneThatTookItsPlace(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path one = folder.resolve("one");
    TestPostgres.lendProgramsTo(one);
    try (EmbeddedPostgres template = start(one)) {
      Migrations.run(addressOf(template));
      synchronously(template);
    }
    Path two = folder.resolve("two");
    // With its owners, who are not those of the tests where those are root.
    assertThat(new ProcessBuilder("cp", "-a", one.toString(), two.toString()).start().waitFor())
        .isZero();
    try (EmbeddedPostgres old = start(one);
        EmbeddedPostgres promoted = start(two);
        TcpProxy proxy = new TcpProxy(addressOf(old));
        TestServer server = TestServer.allowAll().on(proxy.database()).start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      waitForStandby(old, "one_that_is_away");
      proxy.leadTo(addressOf(promoted));

      laptop.post("wallet", 1, "h").expect(503);

      // The new one was made of an older copy here, and does not know the device.
      Await.until("it is left", () -> laptop.get().status() == 401);
      assertThat(laptop.post("wallet", 1, "h").status()).isEqualTo(401);
    }
  }

  /** The answers to requests that all devices send at once: some of them share a statement. */
  private static List<Response> all(
      List<TestDevice> devices, Function<TestDevice, Response> request) {
    List<CompletableFuture<Response>> sent =
        devices.stream().map(device -> Await.begin(() -> request.apply(device))).toList();
    return sent.stream().map(Await::answer).toList();
  }

  private static EmbeddedPostgres start(Path folder) {
    return EmbeddedPostgres.start(
        new EmbeddedPostgres.Options(folder, false, Optional.empty(), 60));
  }

  /** The tests' Postgres does not wait for the disk, and so for no standby. */
  private static void synchronously(EmbeddedPostgres postgres) {
    administer(postgres, "ALTER DATABASE " + postgres.database() + " SET synchronous_commit = on");
  }

  private static boolean has(TestDevice device, String wallet) {
    return wallet.equals(device.get().text("encryptedWallet"));
  }

  private static void waitForStandby(EmbeddedPostgres postgres, String name) {
    administer(postgres, "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
    administer(postgres, "SELECT pg_reload_conf()");
    Await.until(
        "the setting is read",
        () ->
            Sql.rows(addressOf(postgres), "SELECT current_setting('synchronous_standby_names')")
                .equals(List.of(name)));
  }

  /** As an operator would, or a fail-over. */
  private static void cancelWaits(EmbeddedPostgres postgres) {
    administer(
        postgres,
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  }

  private static void administer(EmbeddedPostgres postgres, String sql) {
    TestPostgres.execute(
        new External(
            postgres.host(),
            postgres.port(),
            "postgres",
            postgres.superuser(),
            postgres.superuserPassword(),
            "disable",
            Optional.empty()),
        sql);
  }

  private static External addressOf(EmbeddedPostgres postgres) {
    return new External(
        postgres.host(),
        postgres.port(),
        postgres.database(),
        postgres.user(),
        postgres.password(),
        "disable",
        Optional.empty());
  }
}
