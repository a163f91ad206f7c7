package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.Http;
import walletsync.support.Invariants;
import walletsync.support.Sql;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/**
 * Six devices of two accounts, at two processes, do all that devices do, as fast as they can. No
 * order is forced here: this is for the meetings that nobody thought of.
 */
class StressTest {
  private static final Duration TIME = Duration.ofSeconds(5);

  private final External database = TestPostgres.freshDatabase();
  private final StressDevice.Log log = new StressDevice.Log();

  @Test
  void afterAMixtureOfEverythingEverythingIsConsistent() {
    try (TestServer server = TestServer.allowAll().on(database).start();
        TestServer other = TestServer.allowAll().on(database).start()) {
      runDevices(List.of(server.http(), other.http()));
      everyTokenIsOfThePresentPasswordOrDead(server.http());
    }
    Invariants.hold(database);
    assertThat(versions()).containsAllEntriesOf(log.accepted());
    everyWalletIsUnderTheKeysOfItsEpoch();
    assertThat(log.answers().keySet())
        .as("Answers: %s", log.answers())
        .isSubsetOf(StressDevice.ORDINARY)
        .containsAll(StressDevice.INTERESTING);
    assertThatNothingDeadlocked();
  }

  private void runDevices(List<Http> processes) {
    List<StressDevice> devices = new ArrayList<>();
    for (String email : List.of("one@example.com", "two@example.com")) {
      StressDevice.Person person = new StressDevice.Person(email);
      for (int i = 0; i < 3; i++) {
        devices.add(new StressDevice(person, email + " device " + i, processes.get(i % 2), log));
      }
      devices.get(devices.size() - 1).signUp();
    }
    List<CompletableFuture<Boolean>> running =
        devices.stream()
            .map(
                device ->
                    Await.begin(
                        () -> {
                          device.run(TIME);
                          return true;
                        }))
            .toList();
    running.forEach(Await::answer);
  }

  private void everyTokenIsOfThePresentPasswordOrDead(Http http) {
    log.logins()
        .forEach(
            (token, login) -> {
              long epoch =
                  Sql.number(database, "SELECT epoch FROM accounts WHERE email = ?", login.email());
              int status = new TestDevice(http, token).get().status();
              if (login.epoch() != epoch) {
                assertThat(status).as("A token of an earlier password").isEqualTo(401);
              }
            });
  }

  private void everyWalletIsUnderTheKeysOfItsEpoch() {
    assertThat(
            Sql.rows(
                database,
                """
                SELECT account_id, sequence, epoch, encrypted_wallet FROM wallet_versions
                WHERE encrypted_wallet NOT LIKE 'epoch ' || epoch || ': %'
                """))
        .isEmpty();
  }

  private Map<String, String> versions() {
    Map<String, String> versions = new HashMap<>();
    for (String row :
        Sql.rows(
            database,
            """
            SELECT email, sequence, encrypted_wallet
            FROM wallet_versions JOIN accounts ON id = account_id
            """)) {
      int bar = row.lastIndexOf('|');
      versions.put(row.substring(0, bar), row.substring(bar + 1));
    }
    return versions;
  }

  /** Once the connections are closed, what they counted has arrived. */
  private void assertThatNothingDeadlocked() {
    Await.until(
        "the servers' connections are gone",
        () ->
            Sql.number(
                    database,
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'wallet-sync-server'
                    """)
                == 0);
    assertThat(
            Sql.number(
                database,
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        .isZero();
  }
}
