package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;
import static walletsync.support.Http.object;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.protocol.Secret;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.SmtpSecurity;
import walletsync.support.Await;
import walletsync.support.Http.Response;
import walletsync.support.LogCapture;
import walletsync.support.ScriptedRelay;
import walletsync.support.ScriptedRelay.Step;
import walletsync.support.TestAccount;
import walletsync.support.TestCertificate;
import walletsync.support.TestRelay;
import walletsync.support.TestServer;

/** Sign-up by mails that go through an SMTP relay. */
class SmtpRelayTest {
  private static final Pattern LINK = Pattern.compile("verifyToken=(?:3D)?([0-9a-f]{64})");

  @Test
  void aPersonSignsUpThroughARelayWithTlsAndALogin(@TempDir Path folder) {
    TestCertificate certificate = TestCertificate.of("ip:127.0.0.1", folder);
    try (TestRelay relay = TestRelay.withStartTls(certificate);
        TestServer server =
            TestServer.emailVerify(
                    new MailSettings.Smtp(
                        "wallet-sync@example.com",
                        "127.0.0.1",
                        relay.port(),
                        SmtpSecurity.STARTTLS,
                        Optional.of(
                            new MailSettings.Login(
                                TestRelay.USERNAME, Secret.of(TestRelay.PASSWORD))),
                        Optional.of(certificate.pem())))
                .start()) {
      TestAccount account = new TestAccount(server.http(), "joe@example.com");

      account.signUp().expect(201);

      // On a slow machine the sign-up may be answered before the relay has taken the mail.
      Await.until("the mail is there", () -> !relay.deliveries().isEmpty());
      open(server, link(relay.deliveries().get(0).content())).expect(200);
      account.tryLogIn("laptop").expect(200);
    }
  }

  @Test
  void aRelayThatFailsInEveryWayCostsNobodyAnAccount() {
    try (ScriptedRelay relay = new ScriptedRelay();
        LogCapture log = new LogCapture();
        TestServer server =
            TestServer.emailVerify(
                    new MailSettings.Smtp(
                        "wallet-sync@example.com",
                        "127.0.0.1",
                        relay.port(),
                        SmtpSecurity.NONE,
                        Optional.empty(),
                        Optional.empty()))
                .start()) {
      TestAccount refused = new TestAccount(server.http(), "refused.s3cr3t@example.com");
      relay.failAt(Step.RCPT, "550 no refused.s3cr3t@example.com here");
      refused.signUp().expect(201);
      resend(server, refused).expect(503);

      TestAccount hungUp = new TestAccount(server.http(), "hungup.s3cr3t@example.com");
      relay.failAt(Step.CONTENT, ScriptedRelay.HANG_UP);
      hungUp.signUp().expect(201);
      resend(server, hungUp).expect(503);

      TestAccount hangs = new TestAccount(server.http(), "hangs.s3cr3t@example.com");
      TestAccount otherScript = new TestAccount(server.http(), "用户@example.com");
      relay.failAt(Step.GREETING, ScriptedRelay.SILENCE);
      var signUp = begin(hangs::signUp);
      otherScript.signUp().expect(201);
      assertThat(answer(signUp).expect(201).body()).isEqualTo("{\"verified\":false}");

      relay.repair();
      for (TestAccount account : new TestAccount[] {refused, hungUp, hangs}) {
        int before = relay.mails().size();
        resend(server, account).expect(200);
        Await.until("the mail is there", () -> relay.mails().size() > before);
        open(server, link(relay.mails().get(before))).expect(200);
        account.tryLogIn("laptop").expect(200);
      }
      resend(server, otherScript).expect(503);
      assertThat(mails(server, "sent")).isEqualTo(3);
      assertThat(mails(server, "not_sent")).as("refused, twice").isGreaterThanOrEqualTo(2);
      assertThat(mails(server, "unknown")).as("hung up, twice").isGreaterThanOrEqualTo(2);
      assertThat(log.lines()).anyMatch(line -> line.contains("answered 550"));
      assertThat(String.join("\n", log.lines())).doesNotContain("s3cr3t", "用户", "verifyToken");
    }
  }

  private static double mails(TestServer server, String outcome) {
    return server.http().metric("wallet_sync_mails_total{outcome=\"" + outcome + "\"}");
  }

  private static String link(String mail) {
    Matcher matcher = LINK.matcher(mail.replace("\r\n", "\n").replace("=\n", ""));
    assertThat(matcher.find()).as(mail).isTrue();
    return matcher.group(1);
  }

  private static Response resend(TestServer server, TestAccount account) {
    return server.http().post("/api/3/verify/resend", object("email", account.email()));
  }

  private static Response open(TestServer server, String token) {
    return server.http().get("/api/3/verify?verifyToken=" + token);
  }
}
