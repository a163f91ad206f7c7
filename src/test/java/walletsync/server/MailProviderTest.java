package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;
import static walletsync.support.Http.object;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.StartException;
import walletsync.support.Await;
import walletsync.support.Http.Response;
import walletsync.support.LogCapture;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestMailgun;
import walletsync.support.TestServer;

/**
 * A provider of mails that is slow, down or refuses: accounts are kept, people are told the truth
 * within seconds, a link that works is never taken away for one that does not come, and nobody else
 * notices.
 */
class MailProviderTest {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static final String UNAVAILABLE =
      "Service Unavailable: The verification mail could not be sent";

  private static final TestMailgun mailgun = TestMailgun.start();

  @RegisterExtension static final TestServer server = TestServer.emailVerify(mailgun.settings());

  private final CountDownLatch repaired = new CountDownLatch(1);
  private final String email = "person" + ADDRESSES.incrementAndGet() + "@example.com";
  private final TestAccount account = new TestAccount(server.http(), email);

  @BeforeEach
  void allIsWell() {
    mailgun.behave(TestMailgun.answering(200));
  }

  @AfterEach
  void nothingHangsAnyMore() {
    repaired.countDown();
  }

  @AfterAll
  static void stop() {
    mailgun.close();
  }

  @Test
  void aMailgunThatWorksDeliversTheLink() {
    account.signUp().expect(201);

    open(newestLink()).expect(200);
    account.tryLogIn("laptop").expect(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 401, 402, 429, 500, 503})
  void aProviderThatRefusesFailsTheMailAndKeepsTheAccount(int status) {
    mailgun.behave(TestMailgun.answering(status));

    assertThat(account.signUp().expect(201).body()).isEqualTo("{\"verified\":false}");
    Response resent = resend().expectError(503, UNAVAILABLE);
    assertThat(resent.header("Retry-After")).isEqualTo("10");

    mailgun.behave(TestMailgun.answering(200));
    resend().expect(200);
    open(newestLink()).expect(200);
    account.tryLogIn("laptop").expect(200);
  }

  @Test
  void aProviderThatHangsFailsTheMailAndKeepsTheAccount() {
    TestAccount other = new TestAccount(server.http(), "other." + email);
    other.signUp().expect(201);
    mailgun.behave(TestMailgun.holding(repaired));

    var signUp = begin(account::signUp);
    var resend = begin(() -> resend(other.email()));

    assertThat(answer(signUp).expect(201).body()).isEqualTo("{\"verified\":false}");
    answer(resend).expectError(503, UNAVAILABLE);
    mailgun.behave(TestMailgun.answering(200));
    resend().expect(200);
    open(newestLink()).expect(200);
    account.tryLogIn("laptop").expect(200);
  }

  @Test
  void othersAreServedWhileTheProviderHangs() {
    account.signUp().expect(201);
    open(newestLink()).expect(200);
    mailgun.behave(TestMailgun.holding(repaired));
    AtomicInteger round = new AtomicInteger();

    // On a slow machine the server may have given the mail up by then: so more than once.
    Await.until(
        "others are served before a sign-up whose mail hangs is answered",
        () -> {
          TestAccount waiting =
              new TestAccount(server.http(), "waiting" + round.incrementAndGet() + "." + email);
          var signUp = begin(waiting::signUp);
          Await.until("its mail hangs", () -> !mailgun.callsFor(waiting.email()).isEmpty());
          account.logIn("laptop").get().expect(404);
          return !signUp.isDone();
        });
  }

  @Test
  void manySignUpsAtOnceAreAnsweredWhileTheProviderHangs() {
    mailgun.behave(TestMailgun.holding(repaired));
    List<TestAccount> people = new ArrayList<>();
    List<CompletableFuture<Response>> signUps = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      TestAccount person = new TestAccount(server.http(), "one" + i + "." + email);
      people.add(person);
      signUps.add(begin(() -> signUp(person)));
    }

    for (CompletableFuture<Response> signUp : signUps) {
      assertThat(answer(signUp).expect(201).body()).isEqualTo("{\"verified\":false}");
    }

    mailgun.behave(TestMailgun.answering(200));
    for (TestAccount person : List.of(people.get(0), people.get(23))) {
      Await.until("a mail leaves again", () -> resend(person.email()).status() == 200);
      open(newestLink(person.email())).expect(200);
    }
  }

  @Test
  void aMailThatIsRefusedTakesNoLinkAwayAndDoesNotCount() {
    account.signUp().expect(201);
    String first = newestLink();
    mailgun.behave(TestMailgun.answering(400));
    for (int i = 0; i < 10; i++) {
      resend().expect(503);
    }
    assertThat(links()).isEqualTo("0");

    open(newestLink()).expect(403);
    open(first).expect(200);
  }

  @Test
  void aMailThatMayHaveArrivedHasALinkThatWorksBesideTheOldOneAndCounts() {
    account.signUp().expect(201);
    mailgun.behave(TestMailgun.answering(500));
    for (int i = 0; i < 4; i++) {
      resend().expect(503);
    }
    resend().expect(429);

    assertThat(links()).isEqualTo("4");
    open(newestLink()).expect(200);
    assertThat(links()).isEqualTo("0");
  }

  @Test
  void theOldLinkWorksAsLongAsNoNewerMailHasLeft() {
    account.signUp().expect(201);
    String first = newestLink();
    mailgun.behave(TestMailgun.answering(500));
    resend().expect(503);

    open(first).expect(200);
  }

  @Test
  void aMailThatLeavesEndsEveryOlderLink() {
    account.signUp().expect(201);
    String first = newestLink();
    mailgun.behave(TestMailgun.answering(500));
    resend().expect(503);
    String second = newestLink();
    mailgun.behave(TestMailgun.answering(200));
    resend().expect(200);

    open(first).expect(403);
    open(second).expect(403);
    assertThat(links()).isEqualTo("0");
    open(newestLink()).expect(200);
  }

  @Test
  void aLinkWorksAsSoonAsItsMailArrives() {
    account.signUp().expect(201);
    mailgun.behave(TestMailgun.holding(repaired));
    var resend = begin(this::resend);
    Await.until("the mail is on its way", () -> mailgun.callsFor(email).size() == 2);

    open(newestLink()).expect(200);

    repaired.countDown();
    answer(resend).expect(200);
    account.tryLogIn("laptop").expect(200);
    assertThat(links()).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoMailsThatLeaveAtOnceTheNewerLinkWorks(boolean olderFirst) {
    account.signUp().expect(201);
    String first = newestLink();
    Held held = new Held();
    mailgun.behave(held);
    var older = begin(this::resend);
    Await.until("the older mail is on its way", () -> mailgun.callsFor(email).size() == 2);
    String olderLink = newestLink();
    var newer = begin(this::resend);
    Await.until("the newer mail is on its way", () -> mailgun.callsFor(email).size() == 3);
    String newerLink = newestLink();

    held.finish(olderFirst ? 1 : 2, 200);
    answer(olderFirst ? older : newer).expect(200);
    held.finish(olderFirst ? 2 : 1, 200);
    answer(olderFirst ? newer : older).expect(200);

    open(first).expect(403);
    open(olderLink).expect(403);
    open(newerLink).expect(200);
  }

  @Test
  void ofTwoMailsAtOnceOfWhichTheNewerIsRefusedTheOlderLinkWorks() {
    account.signUp().expect(201);
    String first = newestLink();
    Held held = new Held();
    mailgun.behave(held);
    var older = begin(this::resend);
    Await.until("the older mail is on its way", () -> mailgun.callsFor(email).size() == 2);
    String olderLink = newestLink();
    var newer = begin(this::resend);
    Await.until("the newer mail is on its way", () -> mailgun.callsFor(email).size() == 3);
    String newerLink = newestLink();

    held.finish(2, 400);
    answer(newer).expect(503);
    held.finish(1, 200);
    answer(older).expect(200);

    open(first).expect(403);
    open(newerLink).expect(403);
    open(olderLink).expect(200);
  }

  @Test
  void nothingOfAMailReachesTheLog() {
    try (LogCapture log = new LogCapture()) {
      mailgun.behave(TestMailgun.answering(401));
      account.signUp().expect(201);
      mailgun.behave(
          exchange -> {
            exchange.sendResponseHeaders(500, 0);
            exchange.getResponseBody().write(email.getBytes(StandardCharsets.UTF_8));
          });
      resend().expect(503);
      mailgun.behave(exchange -> exchange.close());
      resend().expect(503);

      assertThat(log.lines()).anyMatch(line -> line.contains("MAILGUN_PRIVATE_API_KEY"));
      assertThat(String.join("\n", log.lines()))
          .doesNotContain(email, TestMailgun.KEY, newestLink());
    }
  }

  @Test
  void anOutboxThatCannotBeWrittenStopsTheStart(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    TestServer broken =
        TestServer.emailVerify(
            new MailSettings.Outbox("wallet-sync@example.com", file.resolve("outbox")));

    Throwable failure = catchThrowable(broken::start);

    assertThat(failure).hasRootCauseInstanceOf(IOException.class);
    assertThat(failure)
        .hasStackTraceContaining(StartException.class.getName() + ": Setting MAIL_OUTBOX");
  }

  /** Keeps each mail until the test says how it ends. */
  private static final class Held implements TestMailgun.Behaviour {
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Integer>> ends = new ConcurrentHashMap<>();

    /**
     * @param call the first is 1
     */
    void finish(int call, int status) {
      end(call).complete(status);
    }

    @Override
    public void handle(com.sun.net.httpserver.HttpExchange exchange)
        throws IOException, InterruptedException {
      TestMailgun.answering(end(calls.incrementAndGet()).join()).handle(exchange);
    }

    private CompletableFuture<Integer> end(int call) {
      return ends.computeIfAbsent(call, key -> new CompletableFuture<>());
    }
  }

  /** As a client does it: who is asked to come back comes back. */
  private static Response signUp(TestAccount person) {
    Response response = person.signUp();
    return response.body().contains("Too many logins") ? signUp(person) : response;
  }

  private String newestLink() {
    return newestLink(email);
  }

  private static String newestLink(String address) {
    List<TestMailgun.Call> calls = mailgun.callsFor(address);
    return calls.get(calls.size() - 1).token();
  }

  /** How many links wait for news of their mails. */
  private String links() {
    return Rows.read(
        server,
        "SELECT count(*) FROM verification_links l JOIN accounts a ON a.id = l.account_id"
            + " WHERE a.email = ?",
        email);
  }

  private Response resend() {
    return resend(email);
  }

  private static Response resend(String address) {
    return server.http().post("/api/3/verify/resend", object("email", address));
  }

  private static Response open(String token) {
    return server.http().get("/api/3/verify?verifyToken=" + token);
  }
}
