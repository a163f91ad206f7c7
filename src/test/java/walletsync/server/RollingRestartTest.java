package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.Invariants;
import walletsync.support.Nginx;
import walletsync.support.PushSocket;
import walletsync.support.ServerProcess;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;

/**
 * Three processes behind a real nginx are exchanged one by one, as a Deployment does it, while
 * devices save, read, log in and listen: no request fails, and no accepted wallet is lost.
 */
@EnabledIf("walletsync.support.Nginx#isThere")
class RollingRestartTest {
  private static final int PODS = 3;
  private static final int ACCOUNTS = 3;
  private static final int TERMINATED = 128 + 15;
  private static final int GOING_AWAY = 1001;
  private static final int SECONDS = 120;
  private static final int READS_PER_LOGIN = 100;

  /** Between two requests of a device: what is to be shown is order, not how much can be borne. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final String READY = "/health/ready";

  private final External database = TestPostgres.freshDatabase();
  private final List<Pod> all = new CopyOnWriteArrayList<>();
  private final AtomicLong saves = new AtomicLong();
  private final AtomicLong others = new AtomicLong();

  /** Writers and readers go on until then, and those who listen a little longer. */
  private volatile boolean savingIsOver;

  private volatile boolean over;

  /** A process, and the port that Kubernetes would ask for its health. */
  private record Pod(ServerProcess process, Http management) {
    boolean isReady() {
      try {
        return management.get(READY).status() == 200;
      } catch (AssertionError notYet) {
        return false;
      }
    }

    boolean saysThatItStops() {
      return management.get(READY).body().contains("stopping");
    }
  }

  /** What two devices of an account agree on, and what a third hears. */
  private final class Person {
    final TestAccount account;
    final Map<Long, String> accepted = new ConcurrentSkipListMap<>();
    final List<Integer> closeCodes = new CopyOnWriteArrayList<>();
    volatile @Nullable PushSocket socket;

    Person(Http http, String name) {
      account = new TestAccount(http, name + "@example.com");
      account.signUp().expect(201);
    }

    List<CompletableFuture<Void>> begin() {
      return List.of(
          beside(() -> save("laptop")),
          beside(() -> save("phone")),
          beside(() -> read("tablet")),
          beside(() -> listen("desk")));
    }

    private void save(String name) {
      TestDevice device = account.logIn(name);
      long known = 0;
      while (!savingIsOver) {
        long next = known + 1;
        String wallet = "wallet %d of the %s".formatted(next, name);
        Response response = device.post(wallet, next, "hmac");
        if (response.status() == 200) {
          assertThat(accepted.put(next, wallet)).as("accepted twice: %d", next).isNull();
          known = next;
        } else {
          known = response.expect(409).json().get("sequence").asLong();
        }
        saves.incrementAndGet();
        LockSupport.parkNanos(PACE_NANOS);
      }
    }

    private void read(String name) {
      for (int logins = 1; !savingIsOver; logins++) {
        TestDevice device = account.logIn(name + logins);
        for (int i = 0; i < READS_PER_LOGIN && !savingIsOver; i++) {
          long atLeast = accepted.size();
          Response response = device.get();
          if (response.status() != 404 || atLeast > 0) { // until the first is saved
            assertThat(response.expect(200).json().get("sequence").asLong())
                .isGreaterThanOrEqualTo(atLeast);
          }
          others.incrementAndGet();
          LockSupport.parkNanos(PACE_NANOS);
        }
      }
    }

    /** Always with a websocket, which it opens anew whenever a server sends it away. */
    private void listen(String name) {
      TestDevice device = account.logIn(name);
      while (!over) {
        try (PushSocket open = PushSocket.open(device)) {
          socket = open;
          Await.until("the socket is closed", () -> over || !open.isOpen(), SECONDS);
          if (!over) {
            closeCodes.add(open.closeCode());
          }
          assertThat(open.sequences()).doesNotHaveDuplicates().isSorted();
        }
      }
    }

    boolean hearsTheNewest() {
      PushSocket now = socket;
      return now != null && now.newest() == accepted.size();
    }
  }

  @AfterEach
  void stop() {
    over = true;
    savingIsOver = true;
    all.forEach(pod -> pod.process.kill()); // those that were to end in good order have done so
  }

  @Test
  void aRollingRestartUnderLoadFailsNoRequestAndLosesNoWallet() {
    List<Pod> serving = new ArrayList<>(Stream.generate(this::start).limit(PODS).toList());
    serving.forEach(RollingRestartTest::awaitReady);
    try (Nginx nginx = new Nginx(ports(serving))) {
      List<Person> people =
          Stream.of("ann", "bob", "cyd")
              .limit(ACCOUNTS)
              .map(n -> new Person(nginx.http(), n))
              .toList();
      List<CompletableFuture<Void>> devices =
          people.stream().flatMap(person -> person.begin().stream()).toList();
      awaitMoreSaves(100);

      for (Pod old : List.copyOf(serving)) {
        exchange(old, serving, nginx);
        awaitMoreSaves(100);
      }
      assertThat(all.subList(0, PODS))
          .allSatisfy(
              pod -> {
                assertThat(pod.process.exitCode()).isEqualTo(TERMINATED);
                assertThat(pod.process.output())
                    .doesNotContain("before every request was finished", "ERROR");
              });

      savingIsOver = true;
      for (Person person : people) {
        Await.until("the newest wallet is heard of", person::hearsTheNewest);
      }
      over = true;
      devices.forEach(CompletableFuture::join);
      people.forEach(this::assertThatAllIsThere);
      assertThat(nginx.requests())
          .hasSizeGreaterThan((int) (saves.get() + others.get()))
          .allMatch(line -> line.matches("(GET|POST) /api/3/[a-z/]+ (101|200|201|404|409) [0-9]+"));
    }
    Invariants.hold(database);
  }

  /** As a Deployment with maxSurge 1 and maxUnavailable 0, and as the proxies follow it. */
  private void exchange(Pod old, List<Pod> serving, Nginx nginx) {
    Pod fresh = start();
    awaitReady(fresh);
    serving.add(fresh);
    nginx.route(ports(serving));

    old.process.beginToTerminate();
    Await.until("the old one says that it stops", old::saysThatItStops);
    serving.remove(old);
    nginx.route(ports(serving));
  }

  /** The accepted wallets are those that are stored, one for each sequence, without a gap. */
  private void assertThatAllIsThere(Person person) {
    Map<Long, String> stored = new TreeMap<>();
    try (Connection connection = TestPostgres.connect(database);
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT sequence, encrypted_wallet FROM wallet_versions"
                    + " WHERE account_id = (SELECT id FROM accounts WHERE email = ?)")) {
      statement.setString(1, person.account.email());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          stored.put(rows.getLong(1), rows.getString(2));
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    assertThat(stored).isEqualTo(person.accepted);
    assertThat(new TreeMap<>(stored).lastKey()).isEqualTo(stored.size());
    assertThat(person.closeCodes).isNotEmpty().containsOnly(GOING_AWAY);
  }

  private Pod start() {
    int management = ServerProcess.freePort();
    Map<String, String> settings = new HashMap<>(ServerProcess.settings(database));
    settings.put("MANAGEMENT_PORT", String.valueOf(management));
    settings.put("WALLET_VERSIONS_KEPT", "1000000");
    // Long enough for the test to notice and to tell nginx, also on a machine that is busy
    settings.put("STOP_DELAY_SECONDS", "3");
    settings.put("DRAIN_SECONDS", "1");
    Pod pod =
        new Pod(
            ServerProcess.start(settings), new Http(URI.create("http://127.0.0.1:" + management)));
    all.add(pod);
    return pod;
  }

  private static void awaitReady(Pod pod) {
    pod.process.awaitGreeting();
    Await.until("a new one is ready", pod::isReady);
  }

  private void awaitMoreSaves(int more) {
    long enough = saves.get() + more;
    Await.until("devices save", () -> saves.get() > enough);
  }

  private static List<Integer> ports(List<Pod> pods) {
    return pods.stream().map(pod -> pod.process.port()).toList();
  }

  private static CompletableFuture<Void> beside(Runnable work) {
    return Await.begin(
            () -> {
              work.run();
              return true;
            },
            SECONDS)
        .thenAccept(done -> {});
  }
}
