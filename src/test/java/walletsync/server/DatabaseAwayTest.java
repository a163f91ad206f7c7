package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.Http;
import walletsync.support.Sql;
import walletsync.support.TcpProxy;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** The database is away in the ways in which networks and fail-overs take it away. */
class DatabaseAwayTest {

  @Test
  void aDatabaseThatFellSilentIsAnsweredWith503AndLeftForOneThatSpeaks() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer server = TestServer.allowAll().on(proxy.database()).start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      laptop.post("wallet 1", 1, "h").expect(200);
      List<CompletableFuture<Http.Response>> before = beginSome(laptop);
      before.forEach(request -> Await.answer(request).expect(200));

      assertThat(proxy.silenceThoseThatSaid("")).isPositive();
      List<CompletableFuture<Http.Response>> requests = beginSome(laptop);
      // What was under way is not known; what waited for it goes to connections that speak.
      assertThat(requests.stream().map(Await::answer))
          .anySatisfy(answer -> answer.expect(503))
          .filteredOn(answer -> answer.status() != 200)
          .allSatisfy(
              answer -> {
                answer.expectError(503, "Service Unavailable");
                assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
              });

      Await.until("it reads again", () -> laptop.get().status() == 200);
      Await.until("and writes", () -> laptop.post("wallet 2", 2, "h").status() == 200);
      assertThat(Sql.number(database, "SELECT max(sequence) FROM wallet_versions")).isEqualTo(2);
    }
  }

  @Test
  void connectionsWhoseAnswersToWritesAreLostAreLeftThoughReadsGoOn() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer server =
            TestServer.allowAll().with("DATABASE_POOL_SIZE", "1").on(proxy.database()).start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      laptop.post("wallet 1", 1, "h").expect(200);

      // A long statement of somebody else, as a back-up's, is no commit that waits.
      CompletableFuture<?> backup = Await.begin(() -> Sql.rows(database, "SELECT pg_sleep(15)"));
      assertThat(proxy.silenceThoseThatSaid("INSERT INTO wallet_versions")).isEqualTo(1);
      Await.until(
          "it writes again",
          () -> {
            laptop.get().expect(200);
            return laptop.post("wallet 2", 2, "h").status() == 200;
          });
      assertThat(backup).isNotDone();
    }
  }

  @Test
  void connectionsThatOnlyReadAreLeftAsAfterAFailOver() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer server = TestServer.allowAll().on(proxy.database()).start()) {
      TestDevice laptop = server.newAccount().logIn("laptop");
      laptop.post("wallet 1", 1, "h").expect(200);

      // New connections lead to what only reads.
      readOnly(database, "on");
      proxy.cut();
      proxy.mend();
      Await.until("it reads", () -> laptop.get().status() == 200);
      laptop.post("wallet 2", 2, "h").expectError(503, "Service Unavailable");
      assertThat(server.http().get("/health/ready").status()).isEqualTo(503);

      // Newer ones would lead to the new primary; those that there are still do not.
      readOnly(database, "off");
      Await.until("it writes again", () -> laptop.post("wallet 2", 2, "h").status() == 200);
      assertThat(Sql.number(database, "SELECT max(sequence) FROM wallet_versions")).isEqualTo(2);
      Await.until("it is ready", () -> server.http().get("/health/ready").status() == 200);
    }
  }

  private static void readOnly(External database, String value) {
    Sql.update(
        TestPostgres.maintenance(),
        "ALTER DATABASE " + database.database() + " SET default_transaction_read_only = " + value);
  }

  /** More than there are connections, reads and writes. */
  private static List<CompletableFuture<Http.Response>> beginSome(TestDevice laptop) {
    List<CompletableFuture<Http.Response>> requests = new ArrayList<>();
    LongStream.range(0, 12)
        .forEach(
            i -> {
              requests.add(Await.begin(laptop::get));
              requests.add(Await.begin(() -> laptop.post("wallet 1", 1, "h"))); // again
            });
    return requests;
  }
}
