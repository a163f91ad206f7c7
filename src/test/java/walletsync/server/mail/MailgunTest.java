package walletsync.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.server.mail.Sending.await;
import static walletsync.server.mail.Sending.mailTo;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.protocol.Secret;
import walletsync.server.mail.MailRequest.Outcome;
import walletsync.server.mail.Sending.Result;
import walletsync.server.settings.MailSettings;
import walletsync.support.ScriptedRelay;
import walletsync.support.TestCertificate;
import walletsync.support.TestMailgun;

/** Mails by Mailgun's API, at a real HTTP server that answers, or does not. */
class MailgunTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);

  private static Vertx vertx;

  private final TestMailgun api = TestMailgun.start();
  private final List<AutoCloseable> opened = new ArrayList<>(List.of(api));

  @BeforeAll
  static void prepare() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    await(vertx.close());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void aMailIsAFormForTheSendingDomain() {
    Mail mail = mailTo("a'b&c=d+e@example.com");

    assertThat(Sending.result(vertx, mailgun(api, LONG), mail).outcome()).isEqualTo(Outcome.SENT);

    assertThat(api.calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.method()).isEqualTo("POST");
              assertThat(call.path()).isEqualTo("/v3/mail.example.com/messages");
              assertThat(call.authorization())
                  .isEqualTo(
                      "Basic "
                          + Base64.getEncoder()
                              .encodeToString(
                                  ("api:" + TestMailgun.KEY).getBytes(StandardCharsets.UTF_8)));
              assertThat(call.contentType()).startsWith("application/x-www-form-urlencoded");
              assertThat(call.form())
                  .containsExactlyInAnyOrderEntriesOf(
                      Map.of(
                          "from", mail.from(),
                          "to", mail.to(),
                          "subject", mail.subject(),
                          "text", mail.text(),
                          "html", mail.html(),
                          "o:tracking", "no",
                          "h:Auto-Submitted", "auto-generated"));
            });
  }

  @Test
  void addressesInOtherScriptsArriveAsUtf8WithTheDomainOfTheDns() {
    Mail mail = mailTo("用户@例子.中国");

    assertThat(Sending.result(vertx, mailgun(api, LONG), mail).outcome()).isEqualTo(Outcome.SENT);

    assertThat(api.calls().get(0).form()).containsEntry("to", "用户@xn--fsqu00a.xn--fiqs8s");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 402, 403, 404, 413, 429})
  void aRefusedMailIsNotSent(int status) {
    api.behave(TestMailgun.answering(status));

    Result result = send(mailgun(api, LONG));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("" + status).doesNotContain(TestMailgun.KEY, "joe");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void ofAMailThatAnErrorMetItIsUnknownWhetherItWasSent(int status) {
    api.behave(TestMailgun.answering(status));

    assertThat(send(mailgun(api, LONG)).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowed(int status) {
    TestMailgun elsewhere = open(TestMailgun.start());
    api.behave(
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("Location", elsewhere.settings().api() + "/v3/mail.example.com/messages");
          exchange.sendResponseHeaders(status, -1);
        });

    assertThat(send(mailgun(api, LONG)).outcome()).isEqualTo(Outcome.NOT_SENT);

    assertThat(elsewhere.calls()).isEmpty();
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUpAndTheNextMailIsSent() {
    CountDownLatch latch = new CountDownLatch(1);
    Mailgun mailgun = mailgun(api, SHORT);
    api.behave(TestMailgun.holding(latch));

    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.UNKNOWN);

    api.behave(TestMailgun.answering(200));
    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.SENT);
    latch.countDown();
  }

  @Test
  void aServerThatNeverFinishesItsHandshakeIsGivenUp() {
    ScriptedRelay silent = open(new ScriptedRelay());
    silent.failAt(ScriptedRelay.Step.GREETING, ScriptedRelay.SILENCE);
    Mailgun mailgun =
        mailgun(
            new MailSettings.Mailgun(
                "wallet-sync@mail.example.com",
                URI.create("https://127.0.0.1:" + silent.port()),
                "mail.example.com",
                Secret.of(TestMailgun.KEY)),
            SHORT);

    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.NOT_SENT);
  }

  @Test
  void aServerThatHangsUpFailsOneMailOnly() {
    Mailgun mailgun = mailgun(api, LONG);
    api.behave(HttpExchange::close);

    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.UNKNOWN);

    api.behave(TestMailgun.answering(200));
    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.SENT);
  }

  @Test
  void theRestOfAnAnswerIsNotWaitedFor() {
    CountDownLatch latch = new CountDownLatch(1);
    Mailgun mailgun = mailgun(api, LONG);
    api.behave(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[100]);
          exchange.getResponseBody().flush();
          latch.await();
        });

    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.SENT);
    assertThat(send(mailgun).outcome()).isEqualTo(Outcome.SENT);
    latch.countDown();
  }

  @Test
  void nobodyListens() {
    TestMailgun gone = TestMailgun.start();
    gone.close();

    Result result = send(mailgun(gone, LONG));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("cannot be reached");
  }

  @Test
  void aServerWithAnUnknownCertificateLearnsNothing(@TempDir Path folder) {
    TestMailgun stranger = open(TestMailgun.start(TestCertificate.of("ip:127.0.0.1", folder)));

    assertThat(send(mailgun(stranger, LONG)).outcome()).isEqualTo(Outcome.NOT_SENT);

    assertThat(stranger.calls()).isEmpty();
  }

  @Test
  void anAddressThatNoMailSystemTakesIsNotSent() throws IOException {
    Mail mail = mailTo("x".repeat(90_000) + "@example.com");

    assertThat(Sending.result(vertx, mailgun(api, LONG), mail).outcome())
        .isEqualTo(Outcome.NOT_SENT);

    assertThat(api.calls()).isEmpty();
  }

  private static Result send(Mailgun mailgun) {
    return Sending.result(vertx, mailgun, mailTo("joe@example.com"));
  }

  private Mailgun mailgun(TestMailgun at, Duration timeout) {
    return mailgun(at.settings(), timeout);
  }

  private Mailgun mailgun(MailSettings.Mailgun settings, Duration timeout) {
    Mailgun mailgun = new Mailgun(vertx, settings, 1, timeout);
    open(() -> await(mailgun.close()));
    return mailgun;
  }

  private <T extends AutoCloseable> T open(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
