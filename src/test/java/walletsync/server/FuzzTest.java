package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Http.object;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import walletsync.server.fuzz.Fuzzer;
import walletsync.server.fuzz.Victim;
import walletsync.support.Http;
import walletsync.support.LogCapture;
import walletsync.support.StrangeText;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/**
 * Ten thousand requests that are not what they should be. They are the same in every build, which
 * must not fail by chance; another {@code -Dfuzz.seed} draws others, {@code -Dfuzz.attacks} sets
 * how many.
 */
@Isolated("every error that is logged meanwhile is taken for its own")
class FuzzTest {
  private static final long USUAL_SEED = 20_261_122;

  private static final int CLIENTS = 2;
  private static final int STRANGE_ACCOUNTS = 25;

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void nothingThatIsSentBreaksTheServerOrMakesItTell() throws InterruptedException {
    long seed = Long.getLong("fuzz.seed", USUAL_SEED);
    int attacks = Integer.getInteger("fuzz.attacks", 10_000);
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("phone of the victim");
    Victim victim =
        new Victim(account.email(), account.password(), device.token(), "wallet of the victim");
    device.post(victim.wallet(), 1, "hmac of the victim").expect(200);

    try (LogCapture log = new LogCapture()) {
      attack(seed, attacks, victim);

      assertThat(log.errors()).as("-Dfuzz.seed=" + seed).isEmpty();
      assertThat(log.lines())
          .as("-Dfuzz.seed=" + seed)
          .noneMatch(line -> line.contains(victim.email()))
          .noneMatch(line -> line.contains(victim.password()))
          .noneMatch(line -> line.contains(victim.token()))
          .noneMatch(line -> line.contains(victim.wallet()))
          .noneMatch(line -> line.contains("hmac of the victim"));
    }
    theServerStillWorks();
  }

  @Test
  void strangeButValidTextComesBackAsItWasSent() {
    long seed = Long.getLong("fuzz.seed", USUAL_SEED);
    try (LogCapture log = new LogCapture()) {
      for (int number = 0; number < STRANGE_ACCOUNTS; number++) {
        Random random = new Random(seed * 31 + number);
        String email = StrangeText.email(random, number);
        try {
          strangeAccount(email, random);
        } catch (AssertionError e) {
          throw new AssertionError(
              "-Dfuzz.seed=%d, number %d: %s".formatted(seed, number, e.getMessage()), e);
        }
        assertThat(log.lines()).noneMatch(line -> line.contains(email));
      }
      assertThat(log.errors()).as("-Dfuzz.seed=" + seed).isEmpty();
    }
  }

  private static void strangeAccount(String email, Random random) {
    String password = StrangeText.password(random);
    String device = StrangeText.text(random);
    String wallet = StrangeText.text(random);
    String hmac = StrangeText.text(random);
    Http http = server.http();
    http.post(
            "/api/3/signup",
            object("email", email, "password", password, "clientSaltSeed", TestAccount.SALT_SEED))
        .expect(201);
    Http.Response login =
        http.post(
                "/api/3/auth/full",
                object("email", email, "password", password, "deviceId", device))
            .expect(200);
    assertThat(login.text("deviceId")).isEqualTo(device);

    TestDevice phone = new TestDevice(http, String.valueOf(login.text("token")));
    for (Http.Response answer : List.of(phone.post(wallet, 1, hmac), phone.get())) {
      assertThat(answer.expect(200).text("encryptedWallet")).isEqualTo(wallet);
      assertThat(answer.text("hmac")).isEqualTo(hmac);
    }
    String base64 = Base64.getEncoder().encodeToString(email.getBytes(StandardCharsets.UTF_8));
    http.get("/api/3/client-salt-seed?email=" + base64.replace("+", "%2B")).expect(200);
  }

  private static void attack(long seed, int attacks, Victim victim) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        done.add(
            clients.submit(
                () -> {
                  try (Fuzzer fuzzer = new Fuzzer(server.port(), seed, victim)) {
                    for (int n = next.getAndIncrement(); n < attacks; n = next.getAndIncrement()) {
                      fuzzer.attack(n);
                    }
                  } catch (AssertionError e) {
                    next.set(attacks); // the first failure is enough
                    throw e;
                  }
                }));
      }
      for (Future<?> client : done) {
        client.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getMessage(), e);
    } finally {
      clients.shutdownNow();
    }
  }

  private static void theServerStillWorks() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    TestDevice phone = account.logIn("phone");
    laptop.post("a wallet", 1, "an hmac").expect(200);
    assertThat(phone.get().expect(200).body())
        .isEqualTo("{\"encryptedWallet\":\"a wallet\",\"sequence\":1,\"hmac\":\"an hmac\"}");
    List<String> metrics = server.http().get("/metrics").expect(200).body().lines().toList();
    assertThat(metrics).hasSizeLessThan(2_000);
    assertThat(metrics.stream().filter(line -> line.startsWith("wallet_sync_requests_count")))
        .hasSizeLessThan(60);
  }
}
