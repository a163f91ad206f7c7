package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.Http.Response;
import walletsync.support.Invariants;
import walletsync.support.Sql;
import walletsync.support.TcpProxy;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/**
 * Requests that share a statement, as they do behind a slow one: nobody notices. The test holds a
 * table, so that first statements wait, and the next ones fill meanwhile.
 */
class WalletBatchesTest {
  private static final External DATABASE = TestPostgres.freshDatabase();
  @RegisterExtension static final TestServer server = TestServer.allowAll().on(DATABASE);

  /** Of the pool of writes, by default. */
  private static final int CONNECTIONS = 8;

  private static final int ACCOUNTS = 6;
  private static final List<TestAccount> ACCOUNT = new ArrayList<>();
  private static final List<TestDevice> DEVICE = new ArrayList<>();

  /** Each event loop has one statement under way at most. */
  private static final int LOOPS = Runtime.getRuntime().availableProcessors();

  /** So many requests that many wait on every event loop. */
  private static final int FILLING = 20 * LOOPS;

  @BeforeAll
  static void signUp() {
    for (int i = 0; i < ACCOUNTS; i++) {
      ACCOUNT.add(server.newAccount());
      DEVICE.add(ACCOUNT.get(i).logIn("device"));
    }
  }

  @AfterEach
  void everythingIsConsistent() {
    Sql.update(DATABASE, "DROP TRIGGER IF EXISTS poison ON wallet_versions");
    Invariants.hold(DATABASE);
  }

  @Test
  void savesOfManyAccountsShareAStatementAndEachIsStoredOnceWithItsOwnContent() {
    long before = number("batch_statements_total", "save");
    long sent = sent("save");
    List<CompletableFuture<Response>> saves = new ArrayList<>();
    List<Long> first = sequences();
    try (HeldLock table = holdVersions()) {
      for (int turn = 0; turn < FILLING / ACCOUNTS; turn++) {
        for (int i = 0; i < ACCOUNTS; i++) {
          TestDevice device = DEVICE.get(i);
          long next = first.get(i) + 1;
          String wallet = "wallet of " + i;
          saves.add(begin(() -> device.post(wallet, next, "hmac of " + wallet)));
        }
      }
      table.awaitWaiting(1);
      awaitArrived("save", sent, saves.size());
      table.release();
    }
    // All of an account's are the same request: the first is stored, the others are its retries.
    saves.forEach(save -> answer(save).expect(200));
    assertThat(number("batch_statements_total", "save") - before).isLessThan(saves.size() / 2);
    for (int i = 0; i < ACCOUNTS; i++) {
      assertThat(sequences().get(i)).isEqualTo(first.get(i) + 1);
      assertThat(DEVICE.get(i).get().text("hmac")).isEqualTo("hmac of wallet of " + i);
    }
  }

  @Test
  void ofSeveralSavesOfAnAccountOneIsStoredAndTheOthersAreToldItsWallet() {
    TestDevice device = DEVICE.get(0);
    long next = sequences().get(0) + 1;
    long sent = sent("save");
    List<CompletableFuture<Response>> saves;
    try (HeldLock table = holdVersions()) {
      saves =
          IntStream.range(0, FILLING)
              .mapToObj(i -> begin(() -> device.post("wallet " + i, next, "hmac " + i)))
              .toList();
      table.awaitWaiting(1);
      awaitArrived("save", sent, FILLING);
      table.release();
    }
    List<Response> all = saves.stream().map(Await::answer).toList();
    List<Response> stored = all.stream().filter(it -> it.status() == 200).toList();
    assertThat(stored).hasSize(1);
    assertThat(all.stream().filter(it -> it.status() != 200))
        .allSatisfy(
            it ->
                assertThat(it.expect(409).text("encryptedWallet"))
                    .isEqualTo(stored.get(0).text("encryptedWallet")));
  }

  @Test
  void whatIsRefusedInABatchIsRefusedAsEver() {
    TestDevice stranger = new TestDevice(server.http(), "unknown");
    TestDevice fresh = server.newAccount().logIn("device");
    long sent = sent("save");
    List<CompletableFuture<Response>> saves;
    try (HeldLock table = holdVersions()) {
      saves = fill();
      awaitArrived("save", sent, saves.size());
      var unknown = begin(() -> stranger.post("wallet", 1, "hmac"));
      var early = begin(() -> fresh.post("wallet", 7, "hmac"));
      var good = begin(() -> fresh.post("wallet", 1, "hmac"));
      awaitArrived("save", sent, saves.size() + 3);
      table.release();

      answer(unknown).expectError(401, "Unauthorized: Token Not Found");
      answer(early).expect(409);
      answer(good).expect(200);
    }
    saves.forEach(Await::answer);
    assertThat(fresh.get().text("encryptedWallet")).isEqualTo("wallet");
  }

  @Test
  void anAccountThatSomebodyElseHoldsDoesNotHoldUpTheOthers() {
    try (HeldLock head = HeldLock.onHead(DATABASE, ACCOUNT.get(0))) {
      List<Long> before = sequences();
      var held = begin(() -> DEVICE.get(0).post("held", before.get(0) + 1, "hmac held"));
      head.awaitWaiting(1);
      for (int i = 1; i < ACCOUNTS; i++) {
        DEVICE.get(i).post("beside", before.get(i) + 1, "hmac beside").expect(200);
      }
      assertThat(held).isNotDone();
      head.release();
      answer(held).expect(200);
    }
  }

  @Test
  void howeverManyDevicesOfIt() {
    try (HeldLock head = HeldLock.onHead(DATABASE, ACCOUNT.get(0))) {
      List<Long> before = sequences();
      List<CompletableFuture<Response>> held = new ArrayList<>();
      for (int i = 0; i < 4 * CONNECTIONS; i++) {
        String wallet = "held " + i;
        held.add(begin(() -> DEVICE.get(0).post(wallet, before.get(0) + 1, "hmac held")));
      }
      head.awaitWaiting(2);
      for (int i = 1; i < ACCOUNTS; i++) {
        DEVICE.get(i).post("beside", before.get(i) + 1, "hmac beside").expect(200);
      }
      head.release();
      assertThat(held.stream().map(it -> answer(it).status())).contains(200, 409);
      assertThat(sequences().get(0)).isEqualTo(before.get(0) + 1);
    }
  }

  @Test
  void aSaveThatPostgresWillNotTakeFailsAlone() {
    Sql.update(
        DATABASE,
        """
        CREATE OR REPLACE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.encrypted_wallet = 'poison' THEN RAISE EXCEPTION 'poison'; END IF;
          RETURN NEW;
        END $$
        """);
    Sql.update(
        DATABASE,
        """
        CREATE TRIGGER poison BEFORE INSERT ON wallet_versions
        FOR EACH ROW EXECUTE FUNCTION refuse_poison()
        """);
    List<Long> before = sequences();
    List<CompletableFuture<Response>> saves;
    List<CompletableFuture<Response>> others = new ArrayList<>();
    long sent = sent("save");
    try (HeldLock table = holdVersions()) {
      saves = fill();
      awaitArrived("save", sent, saves.size());
      var poison = begin(() -> DEVICE.get(1).post("poison", before.get(1) + 1, "hmac"));
      awaitArrived("save", sent, saves.size() + 1);
      for (int i = 2; i < ACCOUNTS; i++) {
        TestDevice device = DEVICE.get(i);
        long next = before.get(i) + 1;
        others.add(begin(() -> device.post("medicine", next, "hmac")));
      }
      awaitArrived("save", sent, saves.size() + 1 + others.size());
      table.release();

      answer(poison).expect(500);
    }
    others.forEach(it -> answer(it).expect(200));
    saves.forEach(Await::answer);
    assertThat(sequences().get(1)).isEqualTo(before.get(1));
  }

  @Test
  void whenTheConnectionIsLostThoseOnItAreToldSoAndTheOthersAreStored() {
    List<Long> before = sequences();
    List<CompletableFuture<Response>> saves = new ArrayList<>();
    long sent = sent("save");
    int underWay;
    try (HeldLock table = holdVersions()) {
      saves.addAll(fill());
      table.awaitWaiting(1);
      underWay = awaitArrived("save", sent, saves.size());
      table.terminateWaiting();
      table.release();
    }
    List<Response> all = saves.stream().map(Await::answer).toList();
    assertThat(underWay).isBetween(1, FILLING - 1);
    assertThat(all.stream().filter(it -> it.status() == 503)).hasSize(underWay);
    assertThat(sequences().get(0)).isEqualTo(before.get(0) + 1);
  }

  @Test
  void aBatchDoesNotWaitForAnAccountThatSomebodyElseHolds() {
    List<Long> before = sequences();
    List<CompletableFuture<Response>> others = new ArrayList<>();
    long sent = sent("save");
    try (HeldLock head = HeldLock.onHead(DATABASE, ACCOUNT.get(1))) {
      CompletableFuture<Response> held;
      List<CompletableFuture<Response>> filling;
      try (HeldLock table = holdVersions()) {
        filling = fill();
        awaitArrived("save", sent, FILLING);
        held = begin(() -> DEVICE.get(1).post("held", before.get(1) + 1, "hmac"));
        awaitArrived("save", sent, FILLING + 1);
        for (int i = 2; i < ACCOUNTS; i++) {
          TestDevice device = DEVICE.get(i);
          long next = before.get(i) + 1;
          others.add(begin(() -> device.post("beside", next, "hmac")));
        }
        awaitArrived("save", sent, FILLING + 1 + others.size());
        table.release();
      }
      others.forEach(it -> answer(it).expect(200));
      filling.forEach(it -> answer(it).expect(200));
      head.awaitWaiting(1);
      assertThat(held).isNotDone();
      head.release();
      answer(held).expect(200);
    }
  }

  @Test
  void aConnectionThatFellSilentHoldsUpNobodyForLong() {
    External database = TestPostgres.freshDatabase();
    try (TcpProxy proxy = new TcpProxy(database);
        TestServer behind = TestServer.allowAll().on(proxy.database()).start()) {
      TestDevice laptop = behind.newAccount().logIn("laptop");
      laptop.post("wallet", 1, "hmac").expect(200);
      IntStream.range(0, FILLING)
          .mapToObj(i -> begin(laptop::get))
          .toList()
          .forEach(it -> answer(it).expect(200));

      assertThat(proxy.silenceThoseThatSaid("LEFT JOIN")).isPositive();
      List<Response> first =
          IntStream.range(0, FILLING).mapToObj(i -> begin(laptop::get)).toList().stream()
              .map(Await::answer)
              .toList();
      assertThat(first.stream().map(Response::status)).containsOnly(200, 503);
      // What was under way on it is lost; whatever comes now finds another connection.
      IntStream.range(0, FILLING)
          .mapToObj(i -> begin(laptop::get))
          .toList()
          .forEach(it -> answer(it).expect(200));
    }
  }

  @Test
  void readsThatShareAStatementAreAnsweredEachWithItsOwn() {
    TestDevice stranger = new TestDevice(server.http(), "unknown");
    TestDevice empty = server.newAccount().logIn("device");
    TestDevice large = server.newAccount().logIn("device");
    large.post("L".repeat(80_000), 1, "hmac").expect(200);
    for (int i = 0; i < ACCOUNTS; i++) {
      DEVICE.get(i).post("wallet", sequences().get(i) + 1, "hmac of " + i).expect(200);
    }
    long before = number("batch_statements_total", "read");
    long sent = sent("read");
    List<CompletableFuture<Response>> reads = new ArrayList<>();
    CompletableFuture<Response> unknown;
    CompletableFuture<Response> none;
    CompletableFuture<Response> whole;
    try (HeldLock table = HeldLock.by(DATABASE, "LOCK TABLE wallet_heads")) {
      for (int i = 0; i < FILLING; i++) {
        TestDevice device = DEVICE.get(i % ACCOUNTS);
        reads.add(begin(device::get));
      }
      unknown = begin(stranger::get);
      none = begin(empty::get);
      whole = begin(large::get);
      table.awaitWaiting(1);
      awaitArrived("read", sent, FILLING + 3);
      table.release();
    }
    for (int i = 0; i < FILLING; i++) {
      assertThat(answer(reads.get(i)).expect(200).text("hmac"))
          .isEqualTo("hmac of " + i % ACCOUNTS);
    }
    answer(unknown).expectError(401, "Unauthorized: Token Not Found");
    answer(none).expectError(404, "Not Found: No wallet");
    assertThat(answer(whole).expect(200).text("encryptedWallet")).hasSize(80_000);
    assertThat(number("batch_statements_total", "read") - before).isLessThan(FILLING / 2);
  }

  /** The next save of the first account, again and again. */
  private static List<CompletableFuture<Response>> fill() {
    long next = sequences().get(0) + 1;
    return IntStream.range(0, FILLING)
        .mapToObj(i -> begin(() -> DEVICE.get(0).post("filling", next, "hmac")))
        .toList();
  }

  private static HeldLock holdVersions() {
    return HeldLock.by(DATABASE, "LOCK TABLE wallet_versions IN SHARE MODE");
  }

  /** How many of these statements have been sent so far, to begin with. */
  private static long sent(String statement) {
    return number("batch_items_total", statement);
  }

  /**
   * Returns once so many requests are in a statement that is held, or wait for it to end.
   *
   * @return how many of them are in one
   */
  private static int awaitArrived(String statement, long sentBefore, int requests) {
    Await.until(
        requests + " requests are there",
        () -> number("batch_waiting", statement) + sent(statement) - sentBefore >= requests);
    return (int) (sent(statement) - sentBefore);
  }

  private static List<Long> sequences() {
    return ACCOUNT.stream()
        .map(
            account ->
                Sql.number(
                    DATABASE,
                    "SELECT sequence FROM wallet_heads JOIN accounts ON id = account_id"
                        + " WHERE email = ?",
                    account.email()))
        .toList();
  }

  private static long number(String metric, String statement) {
    return (long)
        server.http().metric("wallet_sync_%s{statement=\"%s\"}".formatted(metric, statement));
  }
}
