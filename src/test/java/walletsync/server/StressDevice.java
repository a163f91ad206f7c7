package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Http.object;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;

/**
 * A device that does at random what devices do. It names its wallets after the password epoch whose
 * keys it has, and fails when it is shown a wallet of another.
 */
final class StressDevice {

  /** Answers without which nothing was tried. */
  static final Set<String> INTERESTING =
      Set.of("login 200", "save 200", "save 409", "retry 200", "change 200");

  /** Answers that a device may get. */
  static final Set<String> ORDINARY =
      Set.of(
          "get 200",
          "get 401",
          "get 404",
          "get 503",
          "login 200",
          "login 401",
          "login 503",
          "save 200",
          "save 401",
          "save 409",
          "save 503",
          "retry 200",
          "retry 401",
          "retry 409",
          "retry 503",
          "change 200",
          "change 401",
          "change 409",
          "change 503");

  /** What the devices of all accounts saw. */
  record Log(
      Map<String, LongAdder> answers, Map<String, String> accepted, Map<String, Login> logins) {
    Log() {
      this(new ConcurrentSkipListMap<>(), new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    private boolean hasEverything() {
      return answers.keySet().containsAll(INTERESTING);
    }

    private Response count(String request, Response response) {
      answers
          .computeIfAbsent(request + " " + response.status(), kind -> new LongAdder())
          .increment();
      return response;
    }
  }

  /**
   * Whose devices these are.
   *
   * @param newestEpoch of the password that the person remembers
   * @param changing how many devices are about to change the password: the others are used less
   *     then, or no change would ever find the sequence that it hashed for
   */
  record Person(String email, AtomicLong newestEpoch, AtomicInteger changing) {
    Person(String email) {
      this(email, new AtomicLong(1), new AtomicInteger());
    }
  }

  /** A token that was given out. */
  record Login(String email, long epoch) {}

  private final Person person;
  private final String name;
  private final Http http;
  private final Log log;
  private final Random random;
  private @Nullable TestDevice session;
  private long epoch;
  private long sequence;
  private long wallets;
  private int refused;

  StressDevice(Person person, String name, Http http, Log log) {
    this.person = person;
    this.name = name;
    this.http = http;
    this.log = log;
    this.random = new Random(name.hashCode());
  }

  static String password(long epoch) {
    return "password of epoch " + epoch;
  }

  void signUp() {
    http.post(
            "/api/3/signup",
            object(
                "email",
                person.email(),
                "password",
                password(1),
                "clientSaltSeed",
                TestAccount.SALT_SEED))
        .expect(201);
  }

  /** Goes on until the time is over and everything happened once, but not for ever. */
  void run(Duration time) {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < time.toNanos()
        || (!log.hasEverything() && System.nanoTime() - begun < 3 * time.toNanos())) {
      int die = random.nextInt(1000);
      TestDevice open = session;
      if (open == null || die < 5) {
        logIn();
      } else if (die < 10) {
        person.changing().incrementAndGet();
        read(open);
        changePassword();
        person.changing().decrementAndGet();
      } else if (die < (person.changing().get() == 0 ? 200 : 990)) {
        read(open);
      } else {
        save(open);
      }
    }
  }

  private void logIn() {
    // A password change whose answer was lost may have succeeded.
    long tried = person.newestEpoch().get() + (refused % 2);
    Response response =
        log.count(
            "login",
            http.post(
                "/api/3/auth/full",
                object("email", person.email(), "password", password(tried), "deviceId", name)));
    if (response.status() == 200) {
      String token = Objects.requireNonNull(response.text("token"));
      log.logins.put(token, new Login(person.email(), tried));
      person.newestEpoch().accumulateAndGet(tried, Math::max);
      epoch = tried;
      session = new TestDevice(http, token);
      refused = 0;
    } else {
      refused++;
    }
  }

  private void read(TestDevice open) {
    Response response = log.count("get", open.get());
    if (response.status() == 200) {
      learn(response);
    } else if (response.status() == 401) {
      session = null;
    }
  }

  private void save(TestDevice open) {
    String wallet = newWallet(epoch);
    long next = sequence + 1;
    Response response = log.count("save", open.post(wallet, next, "hmac"));
    switch (response.status()) {
      case 200 -> {
        accepted(next, wallet);
        if (random.nextInt(10) == 0) {
          retry(open, wallet, next);
        }
      }
      case 401 -> session = null;
      case 409 -> learn(response);
      default -> assertThat(response.status()).isEqualTo(503);
    }
  }

  /** The same save again: it did get in, and the answer has to say so. */
  private void retry(TestDevice open, String wallet, long next) {
    Response response = log.count("retry", open.post(wallet, next, "hmac"));
    if (response.status() == 409) {
      assertThat(response.json().path("accepted").asBoolean()).as(response.body()).isTrue();
      learn(response);
    }
  }

  private void changePassword() {
    String wallet = newWallet(epoch + 1);
    long next = sequence + 1;
    var body =
        object(
            "email",
            person.email(),
            "oldPassword",
            password(epoch),
            "newPassword",
            password(epoch + 1),
            "clientSaltSeed",
            TestAccount.SALT_SEED);
    if (sequence > 0) {
      body.putAll(object("encryptedWallet", wallet, "sequence", next, "hmac", "hmac"));
    }
    Response response = log.count("change", http.post("/api/3/password", body));
    if (response.status() == 200) {
      person.newestEpoch().accumulateAndGet(epoch + 1, Math::max);
      session = null;
      if (sequence > 0) {
        accepted(next, wallet);
      }
    }
  }

  private String newWallet(long ofEpoch) {
    return "epoch %d: wallet %d of %s".formatted(ofEpoch, ++wallets, name);
  }

  private void accepted(long next, String wallet) {
    assertThat(log.accepted.put(person.email() + "|" + next, wallet))
        .as("Accepted before")
        .isNull();
    sequence = next;
  }

  /** Takes over the server's wallet, which has to be under the keys that this device has. */
  private void learn(Response response) {
    if (response.json().has("sequence")) {
      sequence = response.json().get("sequence").asLong();
      assertThat(response.text("encryptedWallet")).startsWith("epoch " + epoch + ": ");
    }
  }
}
