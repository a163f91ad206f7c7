package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Announcing;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.ServerProcess;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;

/** What happens to an account on one of three real processes is heard on all of them. */
class PushAcrossProcessesTest {
  private static final int POLICY = 1008;
  private static final String LISTENERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND query ILIKE 'LISTEN%' ORDER BY pid";

  private static External database;
  private static List<ServerProcess> servers;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    servers =
        Stream.generate(() -> ServerProcess.start(ServerProcess.settings(database)))
            .limit(3)
            .toList();
    servers.forEach(ServerProcess::awaitGreeting);
  }

  @AfterAll
  static void stop() {
    servers.forEach(ServerProcess::close);
    assertThat(servers).allSatisfy(server -> assertThat(server.output()).doesNotContain("ERROR"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aWriteOnAnyProcessReachesTheSocketsOnAllTheWritersIncluded(int processes) {
    Person person = new Person("writes-on-" + processes);
    List<PushSocket> sockets = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      sockets.add(PushSocket.open(person.laptopAt(i)));
      sockets.add(PushSocket.open(person.deviceAt(i, "phone " + i)));
    }
    for (int sequence = 1; sequence <= 4 * processes; sequence++) {
      person.laptopAt(sequence % processes).post("wallet " + sequence, sequence, "h").expect(200);
      for (PushSocket socket : sockets) {
        socket.awaitSequence(sequence);
      }
    }
    assertThat(sockets)
        .allSatisfy(s -> assertThat(s.sequences()).doesNotHaveDuplicates().isSorted());
    sockets.forEach(PushSocket::close);
  }

  @Test
  void aPasswordChangeClosesTheSocketsOfTheAccountOnAllAndNobodyElses() {
    Person person = new Person("changes");
    Person other = new Person("stays");
    List<PushSocket> sockets = new ArrayList<>();
    List<PushSocket> others = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      sockets.add(PushSocket.open(person.laptopAt(i)));
      sockets.add(PushSocket.open(person.deviceAt(i, "phone " + i)));
      others.add(PushSocket.open(other.laptopAt(i)));
    }

    person.account(1).changePassword("password two").expect(200);

    assertThat(sockets).allSatisfy(socket -> assertThat(socket.closeCode()).isEqualTo(POLICY));
    other.laptopAt(2).post("wallet", 1, "h").expect(200);
    others.forEach(socket -> socket.awaitSequence(1));
    assertThat(sockets).allSatisfy(socket -> assertThat(socket.sequences()).isEmpty());
    others.forEach(PushSocket::close);
  }

  @Test
  void aDeviceWhoseSessionIsEndedLosesItsSocketsOnAllAndTheOthersStay() {
    Person person = new Person("revokes");
    List<PushSocket> laptops = new ArrayList<>();
    List<PushSocket> phones = new ArrayList<>();
    TestDevice phone = person.deviceAt(0, "phone");
    for (int i = 0; i < servers.size(); i++) {
      laptops.add(PushSocket.open(person.laptopAt(i)));
      phones.add(PushSocket.open(new TestDevice(servers.get(i).http(), phone.token())));
    }

    assertThat(
            Sql.update(
                database,
                "DELETE FROM auth_tokens WHERE account_id = ? AND device_id = 'phone'",
                person.id()))
        .isEqualTo(1);
    try (Announcing process = Announcing.on(database)) {
      process.say("somebody r" + person.id() + ":0");
    }

    assertThat(phones).allSatisfy(socket -> assertThat(socket.closeCode()).isEqualTo(POLICY));
    person.laptopAt(1).post("wallet", 1, "h").expect(200);
    laptops.forEach(socket -> socket.awaitSequence(1));
    laptops.forEach(PushSocket::close);
  }

  @Test
  void whenTheListenConnectionsAreCutEverySocketStillHearsTheNewest() {
    Person person = new Person("is-cut");
    List<PushSocket> sockets = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      sockets.add(PushSocket.open(person.laptopAt(i)));
    }
    long sequence = 0;
    for (int cut = 0; cut < 2; cut++) { // the second time shows that the first was survived
      List<String> before = Sql.rows(database, LISTENERS);
      assertThat(before).hasSize(servers.size());
      before.forEach(pid -> Sql.rows(database, "SELECT pg_terminate_backend(" + pid + ")"));

      person.laptopAt(0).post("wallet " + sequence, ++sequence, "h").expect(200);
      person.laptopAt(1).post("wallet " + sequence, ++sequence, "h").expect(200);

      for (PushSocket socket : sockets) {
        socket.awaitSequence(sequence);
      }
      Await.until(
          "all listen again",
          () -> {
            List<String> now = Sql.rows(database, LISTENERS);
            return now.size() == servers.size() && now.stream().noneMatch(before::contains);
          });
      person.laptopAt(2).post("wallet " + sequence, ++sequence, "h").expect(200);
      for (PushSocket socket : sockets) {
        socket.awaitSequence(sequence);
      }
    }
    assertThat(sockets)
        .allSatisfy(s -> assertThat(s.sequences()).doesNotHaveDuplicates().isSorted());
    sockets.forEach(PushSocket::close);
  }

  /** Somebody with an account, who connects to any of the processes. */
  private static final class Person {
    private final String email;
    private final TestDevice laptop;

    Person(String name) {
      email = name + "@example.com";
      account(0).signUp().expect(201);
      laptop = account(0).logIn("laptop");
    }

    TestAccount account(int server) {
      return new TestAccount(servers.get(server).http(), email);
    }

    /** The one laptop, connected to this process. */
    TestDevice laptopAt(int server) {
      return new TestDevice(servers.get(server).http(), laptop.token());
    }

    TestDevice deviceAt(int server, String device) {
      return account(server).logIn(device);
    }

    long id() {
      return Sql.number(database, "SELECT id FROM accounts WHERE email = ?", email);
    }
  }
}
