package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

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
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(new EmbeddedPostgres.Options(folder, false, Optional.empty(), 60))) {
      External database = addressOf(postgres);
      Migrations.run(database);
      administer(
          postgres, "ALTER DATABASE " + postgres.database() + " SET synchronous_commit = on");
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

        waitForStandby(postgres, "");
        Await.until(
            "a save is promised again",
            () -> devices.get(0).post("wallet 2", 2, "h2").status() == 200);
        all(devices, device -> device.post("wallet 2", 2, "h2"))
            .forEach(answer -> answer.expect(200));
        all(devices, device -> device.post("wallet 3", 3, "h3"))
            .forEach(answer -> answer.expect(200));
        assertThat(Sql.number(database, "SELECT count(*) FROM wallet_versions"))
            .isEqualTo(3 * ACCOUNTS);
      }
    }
  }

  /** The answers to requests that all devices send at once: some of them share a statement. */
  private static List<Response> all(
      List<TestDevice> devices, Function<TestDevice, Response> request) {
    List<CompletableFuture<Response>> sent =
        devices.stream().map(device -> Await.begin(() -> request.apply(device))).toList();
    return sent.stream().map(Await::answer).toList();
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
