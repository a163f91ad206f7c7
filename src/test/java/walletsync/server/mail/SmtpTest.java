package walletsync.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static walletsync.server.mail.Sending.LINK;
import static walletsync.server.mail.Sending.await;
import static walletsync.server.mail.Sending.mailTo;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.protocol.Secret;
import walletsync.server.mail.MailRequest.Outcome;
import walletsync.server.mail.Sending.Result;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.SmtpSecurity;
import walletsync.server.settings.StartException;
import walletsync.support.Await;
import walletsync.support.ScriptedRelay;
import walletsync.support.ScriptedRelay.Step;
import walletsync.support.TestCertificate;
import walletsync.support.TestRelay;

/** Mails by SMTP, to a real server and to ones that go wrong. */
class SmtpTest {
  private static final Optional<MailSettings.Login> LOGIN =
      Optional.of(new MailSettings.Login(TestRelay.USERNAME, Secret.of(TestRelay.PASSWORD)));

  /** Long enough for a relay that works, on a machine that is busy. */
  private static final Duration LONG = Duration.ofSeconds(10);

  private static final Duration SHORT = Duration.ofMillis(300);

  private static Vertx vertx;
  private static TestCertificate certificate;
  private static TestCertificate anothers;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void prepare(@TempDir Path folder) {
    vertx = Vertx.vertx();
    certificate = TestCertificate.of("ip:127.0.0.1,dns:localhost", folder);
    anothers = TestCertificate.of("dns:relay.example.net", folder);
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
  void aMailGoesThroughStartTlsAndALogin() {
    TestRelay relay = open(TestRelay.withStartTls(certificate));

    assertThat(send(smtp(relay.port(), SmtpSecurity.STARTTLS, LOGIN, certificate)).outcome())
        .isEqualTo(Outcome.SENT);

    assertThat(relay.logins()).containsOnly(TestRelay.USERNAME);
    assertThat(relay.deliveries())
        .singleElement()
        .satisfies(
            mail -> {
              assertThat(mail.from()).isEqualTo("wallet-sync@example.com");
              assertThat(mail.to()).isEqualTo("joe@example.com");
            });
  }

  @Test
  void aMailGoesThroughTlsAndALogin() {
    TestRelay relay = open(TestRelay.withTls(certificate));

    assertThat(send(smtp(relay.port(), SmtpSecurity.TLS, LOGIN, certificate)).outcome())
        .isEqualTo(Outcome.SENT);

    assertThat(relay.logins()).containsOnly(TestRelay.USERNAME);
    assertThat(relay.deliveries()).hasSize(1);
  }

  @Test
  void aMailGoesInClearWhereThatIsWanted() {
    TestRelay relay = open(TestRelay.inClear());

    assertThat(send(inClear(relay.port(), LONG)).outcome()).isEqualTo(Outcome.SENT);

    assertThat(relay.deliveries()).hasSize(1);
  }

  @Test
  void aMailHasTheHeadersAndBothTexts() {
    TestRelay relay = open(TestRelay.inClear());
    Smtp smtp = inClear(relay.port(), LONG);
    send(smtp);
    send(smtp);

    String mail = relay.deliveries().get(0).content().replace("\r\n", "\n");
    String head = mail.substring(0, mail.indexOf("\n\n")).replaceAll("\n[ \t]+", " ");
    assertThat(head.lines())
        .contains(
            "From: wallet-sync@example.com",
            "To: joe@example.com",
            "Subject: Verify your wallet sync account on wallets.example.com",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated")
        .anyMatch(line -> line.matches("Message-ID: <[0-9a-f-]{36}@example.com>"))
        .anyMatch(line -> line.startsWith("Date: "))
        .anyMatch(line -> line.startsWith("Content-Type: multipart/alternative; boundary="));
    assertThat(mail.indexOf("text/plain")).isPositive().isLessThan(mail.indexOf("text/html"));
    // Soft line ends of quoted-printable, and its equals signs
    assertThat(mail.replace("=\n", "").replace("=3D", "="))
        .contains("\n.\n\n" + LINK + "\n")
        .contains("<a href=\"" + LINK + "\">");
    assertThat(head)
        .isNotEqualTo(
            relay.deliveries().get(1).content().replace("\r\n", "\n").substring(0, head.length()));
  }

  @Test
  void aWrongPasswordIsToldWithoutTheWords() {
    TestRelay relay = open(TestRelay.withStartTls(certificate));
    var wrong = Optional.of(new MailSettings.Login("somebody", Secret.of("wr0ng")));

    Result result = send(smtp(relay.port(), SmtpSecurity.STARTTLS, wrong, certificate));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason())
        .contains("535")
        .contains("SMTP_PASSWORD")
        .doesNotContain("somebody", "wr0ng", "joe@");
    assertThat(relay.deliveries()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTTLS", "TLS"})
  void aRelayWithTheCertificateOfAnotherLearnsNothing(SmtpSecurity security) {
    TestRelay relay =
        open(
            security == SmtpSecurity.TLS
                ? TestRelay.withTls(anothers)
                : TestRelay.withStartTls(anothers));

    Result result = send(smtp(relay.port(), security, LOGIN, anothers));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("certificate");
    assertThat(relay.logins()).isEmpty();
    assertThat(relay.deliveries()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTTLS", "TLS"})
  void aRelayWithACertificateOfNoKnownAuthorityLearnsNothing(SmtpSecurity security) {
    TestRelay relay =
        open(
            security == SmtpSecurity.TLS
                ? TestRelay.withTls(certificate)
                : TestRelay.withStartTls(certificate));

    Result result =
        send(
            started(
                new MailSettings.Smtp(
                    "wallet-sync@example.com",
                    "127.0.0.1",
                    relay.port(),
                    security,
                    LOGIN,
                    Optional.empty()),
                LONG));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(relay.logins()).isEmpty();
  }

  @Test
  void withoutStartTlsNeitherPasswordNorMailIsSent() {
    ScriptedRelay relay = open(new ScriptedRelay());
    relay.failAt(Step.EHLO, "250-relay.example.com\r\n250 AUTH PLAIN LOGIN");

    Result result = send(smtp(relay.port(), SmtpSecurity.STARTTLS, LOGIN, certificate));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("STARTTLS");
    assertThat(relay.heard()).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
  }

  @Test
  void aRefusedStartTlsIsTheEnd() {
    ScriptedRelay relay = open(new ScriptedRelay());
    relay.failAt(Step.EHLO, "250-relay.example.com\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS");

    Result result = send(smtp(relay.port(), SmtpSecurity.STARTTLS, LOGIN, certificate));

    assertThat(result.outcome()).isNotEqualTo(Outcome.SENT);
    assertThat(relay.heard()).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
  }

  @Test
  void aMailIsNotSentWithoutTheLoginThatWasSet() {
    ScriptedRelay relay = open(new ScriptedRelay());

    Result result = send(smtp(relay.port(), SmtpSecurity.NONE, LOGIN, null));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("login");
    assertThat(relay.mails()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GREETING, 421 too busy for joe@example.com",
    "GREETING, 554 go away joe@example.com",
    "MAIL, 451 try later joe@example.com",
    "MAIL, 550 not you joe@example.com",
    "RCPT, 450 mailbox of joe@example.com busy",
    "RCPT, 550 no joe@example.com here",
    "DATA, 451 try later joe@example.com",
    "DATA, 554 no joe@example.com",
    "CONTENT, 452 no space for joe@example.com",
    "CONTENT, 554 spam for joe@example.com"
  })
  void aRefusedMailIsNotSentAndTheNextOneIs(Step step, String answer) {
    ScriptedRelay relay = open(new ScriptedRelay());
    Smtp smtp = inClear(relay.port(), LONG);
    relay.failAt(step, answer);

    Result result = send(smtp);

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains(answer.substring(0, 3)).doesNotContain("joe");
    assertThat(relay.mails()).isEmpty();
    assertThatTheNextOneIsSent(smtp, relay);
  }

  @ParameterizedTest
  @EnumSource(names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"})
  void aRelayThatFallsSilentIsGivenUpAndTheNextMailIsSent(Step step) {
    ScriptedRelay relay = open(new ScriptedRelay());
    Smtp smtp = inClear(relay.port(), SHORT);
    relay.failAt(step, ScriptedRelay.SILENCE);

    assertThat(send(smtp).outcome()).isEqualTo(Outcome.UNKNOWN);

    assertThatTheNextOneIsSent(smtp, relay);
  }

  @ParameterizedTest
  @EnumSource(names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"})
  void aRelayThatHangsUpFailsOneMailOnly(Step step) {
    ScriptedRelay relay = open(new ScriptedRelay());
    Smtp smtp = inClear(relay.port(), LONG);
    relay.failAt(step, ScriptedRelay.HANG_UP);

    assertThat(send(smtp).outcome()).isEqualTo(Outcome.UNKNOWN);

    assertThatTheNextOneIsSent(smtp, relay);
  }

  @Test
  void aRelayThatNeverFinishesItsHandshakeIsGivenUp() {
    ScriptedRelay relay = open(new ScriptedRelay());
    relay.failAt(Step.GREETING, ScriptedRelay.SILENCE);
    Smtp smtp =
        started(
            new MailSettings.Smtp(
                "wallet-sync@example.com",
                "127.0.0.1",
                relay.port(),
                SmtpSecurity.TLS,
                LOGIN,
                Optional.of(certificate.pem())),
            SHORT);

    assertThat(send(smtp).outcome()).isNotEqualTo(Outcome.SENT);
    assertThat(send(smtp).outcome()).isNotEqualTo(Outcome.SENT);
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    Result result = send(inClear(port, LONG));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("cannot be reached");
  }

  @Test
  void aDomainInAnotherScriptIsSentAsTheDnsKnowsIt() {
    TestRelay relay = open(TestRelay.inClear());

    assertThat(Sending.result(vertx, inClear(relay.port(), LONG), mailTo("joe@例子.中国")).outcome())
        .isEqualTo(Outcome.SENT);

    assertThat(relay.deliveries().get(0).to()).isEqualTo("joe@xn--fsqu00a.xn--fiqs8s");
    assertThat(relay.deliveries().get(0).content()).contains("To: joe@xn--fsqu00a.xn--fiqs8s\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "用户@example.com",
        "a\u010a\u010dRCPT@example.com",
        "a\u0085b@example.com",
        "a@exa\u2028mple.com",
        "a@example.com\uff1e\uff0cb",
        "a@b\uff20c.com",
        "a@\u00ad"
      })
  void anAddressThatSmtpCannotCarryIsRefusedBeforeAnythingIsSaid(String address) {
    ScriptedRelay relay = open(new ScriptedRelay());

    Result result = Sending.result(vertx, inClear(relay.port(), LONG), mailTo(address));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("recipient").doesNotContain("example");
    assertThat(relay.heard()).isEmpty();
  }

  @Test
  void anAddressThatIsTooLongIsRefused() {
    ScriptedRelay relay = open(new ScriptedRelay());
    Smtp smtp = inClear(relay.port(), LONG);

    Result result = Sending.result(vertx, smtp, mailTo("x".repeat(90_000) + "@example.com"));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(relay.heard()).isEmpty();
  }

  @Test
  void aFileWithoutCertificatesStopsTheStart(@TempDir Path folder) throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path text = Files.writeString(folder.resolve("text.pem"), "hello");

    for (Path file : List.of(empty, text, folder.resolve("missing.pem"))) {
      Smtp smtp =
          new Smtp(
              vertx,
              new MailSettings.Smtp(
                  "wallet-sync@example.com",
                  "127.0.0.1",
                  587,
                  SmtpSecurity.STARTTLS,
                  Optional.empty(),
                  Optional.of(file)),
              "wallets.example.com",
              1,
              LONG);
      open(() -> await(smtp.close()));

      assertThat(catchThrowable(() -> await(smtp.start())))
          .hasCauseInstanceOf(StartException.class)
          .hasMessageContaining("SMTP_CA_FILE")
          .hasMessageContaining(file.toString());
    }
  }

  private void assertThatTheNextOneIsSent(Smtp smtp, ScriptedRelay relay) {
    relay.repair();
    // There is one connection: it must have been let go of.
    Await.until(
        "a mail is sent again",
        () -> send(smtp).outcome() == Outcome.SENT && !relay.mails().isEmpty());
  }

  private static Result send(Smtp smtp) {
    return Sending.result(vertx, smtp, mailTo("joe@example.com"));
  }

  private Smtp inClear(int port, Duration timeout) {
    return started(
        new MailSettings.Smtp(
            "wallet-sync@example.com",
            "127.0.0.1",
            port,
            SmtpSecurity.NONE,
            Optional.empty(),
            Optional.empty()),
        timeout);
  }

  private Smtp smtp(
      int port,
      SmtpSecurity security,
      Optional<MailSettings.Login> login,
      @org.jspecify.annotations.Nullable TestCertificate trusted) {
    return started(
        new MailSettings.Smtp(
            "wallet-sync@example.com",
            "127.0.0.1",
            port,
            security,
            login,
            Optional.ofNullable(trusted).map(TestCertificate::pem)),
        LONG);
  }

  private Smtp started(MailSettings.Smtp settings, Duration timeout) {
    Smtp smtp = new Smtp(vertx, settings, "wallets.example.com", 1, timeout);
    await(smtp.start());
    open(() -> await(smtp.close()));
    return smtp;
  }

  private <T extends AutoCloseable> T open(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
