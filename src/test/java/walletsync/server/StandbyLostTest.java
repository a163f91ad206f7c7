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
  private static final String NEWEST =
      "SELECT encrypted_wallet FROM wallet_versions ORDER BY sequence DESC LIMIT 1";

  @Test
  void withoutItsStandbyNothingIsPromisedAndNothingIsLost(@TempDir Path folder) {
    TestPostgres.lendProgramsTo(folder);
    try (EmbeddedPostgres postgres = start(folder)) {
      External database = postgres.address();
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
  void aPrimaryThatIsCutOffFromItsStandbyIsLeftForTheOneThatTookItsPlace(@TempDir Path folder) {
    try (FailOver failOver = new FailOver(folder);
        TestServer server = TestServer.allowAll().on(failOver.proxy.database()).start()) {
      TestDevice laptop = new TestDevice(server.http(), failOver.token);
      laptop.get().expect(200);
      waitForStandby(failOver.old, "one_that_is_away");
      CompletableFuture<Response> save = Await.begin(() -> laptop.post("lost", 2, "h"));
      awaitWaits(failOver.old);
      failOver.promote();

      while (!save.isDone()) {
        laptop.get().expect(200); // the old one still answers reads
      }
      Await.answer(save).expect(503);

      Await.until("it is left", () -> laptop.post("wallet 2", 2, "h2").status() == 200);
      assertThat(Sql.rows(failOver.promoted.address(), NEWEST)).containsExactly("wallet 2");
    }
  }

  @Test
  void whatOnlyThePrimaryOfThePastHasIsNeverPromised(@TempDir Path folder) {
    try (FailOver failOver = new FailOver(folder);
        TestServer server = TestServer.allowAll().on(failOver.proxy.database()).start();
        TestServer elsewhere = TestServer.allowAll().on(failOver.promoted.address()).start()) {
      TestDevice laptop = new TestDevice(server.http(), failOver.token);
      laptop.get().expect(200);
      waitForStandby(failOver.old, "one_that_is_away");
      CompletableFuture<Response> save = Await.begin(() -> laptop.post("mine", 2, "h2"));
      awaitWaits(failOver.old);
      cancelWaits(failOver.old);
      Await.answer(save).expect(503);
      assertThat(laptop.get().text("encryptedWallet")).isEqualTo("mine");
      new TestDevice(elsewhere.http(), failOver.token).post("theirs", 2, "h2").expect(200);

      // Reads still go to the old one, and writes to the new.
      failOver.promote();
      assertThat(failOver.proxy.cutThoseThatSaid("INSERT INTO wallet_versions")).isPositive();
      Await.until(
          "it hears of the other wallet",
          () -> {
            Response answer = laptop.post("mine", 2, "h2");
            assertThat(answer.status()).as(answer.body()).isIn(409, 503);
            return "theirs".equals(answer.text("encryptedWallet"));
          });
      assertThat(laptop.get().text("encryptedWallet")).isEqualTo("theirs");
    }
  }

  /** A primary, and a standby that has all that the primary had, and can take its place. */
  private static final class FailOver implements AutoCloseable {
    private final String token;
    private final EmbeddedPostgres old;
    private final EmbeddedPostgres promoted;
    private final TcpProxy proxy;

    FailOver(Path folder) {
      Path one = folder.resolve("one");
      Path two = folder.resolve("two");
      TestPostgres.lendProgramsTo(one);
      try (EmbeddedPostgres template = start(one)) {
        Migrations.run(template.address());
        synchronously(template);
        try (TestServer server = TestServer.allowAll().on(template.address()).start()) {
          TestDevice laptop = server.newAccount().logIn("laptop");
          laptop.post("wallet 1", 1, "h1").expect(200);
          token = laptop.token();
        }
      }
      copy(one, two);
      old = start(one);
      promoted = start(two);
      proxy = new TcpProxy(old.address());
    }

    /** From now on new connections lead to what was the standby. */
    void promote() {
      proxy.leadTo(promoted.address());
    }

    @Override
    public void close() {
      proxy.close();
      old.close();
      promoted.close();
    }

    /** With the owners of the files, who are not those of the tests where those are root. */
    private static void copy(Path from, Path to) {
      try {
        assertThat(new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start().waitFor())
            .isZero();
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
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
            Sql.rows(postgres.address(), "SELECT current_setting('synchronous_standby_names')")
                .equals(List.of(name)));
  }

  /** Until a commit waits for the standby. */
  private static void awaitWaits(EmbeddedPostgres postgres) {
    Await.until(
        "it waits for the standby",
        () ->
            Sql.number(
                    postgres.address(),
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                > 0);
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
}
