package walletsync.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.protocol.Secret;

/** How mails are sent, and the combinations of settings that stop the start. */
class MailSettingsTest {
  private static final Map<String, String> MAILGUN =
      Map.of(
          "ACCOUNT_VERIFICATION_MODE", "EmailVerify",
          "MAILGUN_SENDING_DOMAIN", "mail.example.com",
          "MAILGUN_SERVER_DOMAIN", "wallets.example.com",
          "MAILGUN_PRIVATE_API_KEY", "s3cr3t");

  private static final Map<String, String> SMTP =
      Map.of(
          "ACCOUNT_VERIFICATION_MODE", "EmailVerify",
          "MAIL_TRANSPORT", "smtp",
          "SMTP_HOST", "relay.example.com",
          "PUBLIC_URL", "https://wallets.example.com");

  private static final Map<String, String> OUTBOX =
      Map.of("ACCOUNT_VERIFICATION_MODE", "EmailVerify", "MAIL_TRANSPORT", "outbox");

  @Test
  void mailgunIsUsedWhereItsSettingsAre() {
    Settings settings = load(MAILGUN);

    assertThat(settings.mail())
        .contains(
            new MailSettings.Mailgun(
                "wallet-sync@mail.example.com",
                URI.create("https://api.mailgun.net"),
                "mail.example.com",
                Secret.of("s3cr3t")));
    assertThat(settings.publicUrl()).isEqualTo(URI.create("https://wallets.example.com"));
    assertThat(load(with(MAILGUN, "MAIL_TRANSPORT", "mailgun"))).isEqualTo(settings);
  }

  @ParameterizedTest
  @CsvSource({"false, https://api.mailgun.net", "true, https://api.eu.mailgun.net"})
  void mailgunHasTwoRegions(String isEu, URI api) {
    assertThat(load(with(MAILGUN, "MAILGUN_SENDING_DOMAIN_IS_EU", isEu)).mail())
        .hasValueSatisfying(
            mail ->
                assertThat(mail)
                    .isInstanceOfSatisfying(
                        MailSettings.Mailgun.class, it -> assertThat(it.api()).isEqualTo(api)));
  }

  @Test
  void withMailgunSenderAndLinksCanBeOthers() {
    Settings settings =
        load(
            with(
                MAILGUN,
                "MAIL_FROM",
                "hello@example.com",
                "PUBLIC_URL",
                "https://sync.example.com"));

    assertThat(settings.mail()).map(MailSettings::from).contains("hello@example.com");
    assertThat(settings.publicUrl()).isEqualTo(URI.create("https://sync.example.com"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"MAILGUN_SENDING_DOMAIN", "MAILGUN_SERVER_DOMAIN", "MAILGUN_PRIVATE_API_KEY"})
  void eachMailgunSettingIsNeeded(String name) {
    assertStopped(name, with(MAILGUN, name, ""));
    assertStopped(name, with(MAILGUN, name, "", "MAIL_TRANSPORT", "mailgun"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"MAILGUN_SENDING_DOMAIN", "MAILGUN_SERVER_DOMAIN", "MAILGUN_PRIVATE_API_KEY"})
  void oneMailgunSettingAloneIsNotEnough(String name) {
    StartException stopped =
        stopped(Map.of("ACCOUNT_VERIFICATION_MODE", "EmailVerify", name, "s3cr3t.example.com"));

    assertThat(stopped.getMessage())
        .containsPattern("MAILGUN_[A-Z_]+ is needed")
        .doesNotContain("s3cr3t")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "MAILGUN_SENDING_DOMAIN_IS_EU, True",
        "MAILGUN_SENDING_DOMAIN_IS_EU, yes",
        "MAILGUN_SENDING_DOMAIN_IS_EU, 1",
        "MAILGUN_SENDING_DOMAIN_IS_EU, `true `",
        "MAILGUN_SENDING_DOMAIN, https://mail.example.com",
        "MAILGUN_SENDING_DOMAIN, mail.example.com/v3",
        "MAILGUN_SENDING_DOMAIN, mail..example.com",
        "MAILGUN_SENDING_DOMAIN, -mail.example.com",
        "MAILGUN_SENDING_DOMAIN, ../other",
        "MAILGUN_SERVER_DOMAIN, https://wallets.example.com",
        "MAILGUN_SERVER_DOMAIN, wallets.example.com/",
        "MAILGUN_SERVER_DOMAIN, user@wallets.example.com",
        "MAILGUN_SERVER_DOMAIN, wallets example.com",
        "MAILGUN_PRIVATE_API_KEY, `s3cr3t s3cr3t`",
        "MAIL_FROM, wallet-sync",
        "MAIL_FROM, Wallets <wallet-sync@mail.example.com>",
        "MAIL_FROM, grüße@mail.example.com",
        "MAIL_TRANSPORT, Mailgun",
        "SMTP_HOST, relay.example.com",
        "MAIL_OUTBOX, ./outbox"
      })
  void aBadValueBesideMailgunStopsTheStart(String name, String value) {
    assertStopped(name, with(MAILGUN, name, value));
  }

  @ParameterizedTest
  @CsvSource({
    "MAILGUN_SENDING_DOMAIN, example.com",
    "MAILGUN_SERVER_DOMAIN, example.com",
    "MAILGUN_PRIVATE_API_KEY, s3cr3t",
    "MAILGUN_SENDING_DOMAIN_IS_EU, true",
    "MAILGUN_SENDING_DOMAIN_IS_EU, false",
    "MAIL_TRANSPORT, outbox",
    "SMTP_HOST, relay.example.com",
    "SMTP_PASSWORD, s3cr3t"
  })
  void aTransportNeedsEmailVerify(String name, String value) {
    assertStopped(name, Map.of(name, value));
    assertStopped(name, Map.of("ACCOUNT_VERIFICATION_MODE", "AllowAll", name, value));
    assertStopped(name, Map.of("ACCOUNT_VERIFICATION_MODE", "Whitelist", name, value));
  }

  @ParameterizedTest
  @CsvSource({"smtp", "outbox"})
  void mailgunSettingsNeedItsTransport(String transport) {
    assertStopped(
        "MAILGUN_SENDING_DOMAIN",
        with(
            MAILGUN,
            "MAIL_TRANSPORT",
            transport,
            "SMTP_HOST",
            transport.equals("smtp") ? "relay.example.com" : ""));
  }

  @Test
  void aRelayNeedsItsHostAlone() {
    assertThat(load(SMTP).mail())
        .contains(
            new MailSettings.Smtp(
                "wallet-sync@wallets.example.com",
                "relay.example.com",
                587,
                SmtpSecurity.STARTTLS,
                Optional.empty(),
                Optional.empty()));
    assertStopped("SMTP_HOST", with(SMTP, "SMTP_HOST", ""));
  }

  @ParameterizedTest
  @CsvSource({"starttls, STARTTLS, 587", "tls, TLS, 465", "none, NONE, 25"})
  void thePortFollowsTheEncryption(String text, SmtpSecurity security, int port) {
    assertThat(load(with(SMTP, "SMTP_SECURITY", text)).mail())
        .contains(
            new MailSettings.Smtp(
                "wallet-sync@wallets.example.com",
                "relay.example.com",
                port,
                security,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void aRelayCanHaveALoginAnotherPortAndItsOwnAuthority() {
    assertThat(
            load(with(
                    SMTP,
                    "SMTP_PORT",
                    "2525",
                    "SMTP_USERNAME",
                    "me",
                    "SMTP_PASSWORD",
                    "s3cr3t word",
                    "SMTP_CA_FILE",
                    "/etc/ca.pem",
                    "MAIL_FROM",
                    "me@example.com"))
                .mail())
        .contains(
            new MailSettings.Smtp(
                "me@example.com",
                "relay.example.com",
                2525,
                SmtpSecurity.STARTTLS,
                Optional.of(new MailSettings.Login("me", Secret.of("s3cr3t word"))),
                Optional.of(Path.of("/etc/ca.pem"))));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "SMTP_PORT, 0",
        "SMTP_PORT, smtp",
        "SMTP_SECURITY, ssl",
        "SMTP_SECURITY, STARTTLS",
        "SMTP_HOST, `relay.example.com:25`",
        "SMTP_HOST, smtp://relay.example.com",
        "SMTP_HOST, `relay example.com`",
        "MAIL_FROM, nobody",
        "MAIL_OUTBOX, ./outbox"
      })
  void aBadValueBesideSmtpStopsTheStart(String name, String value) {
    assertStopped(name, with(SMTP, name, value));
  }

  @Test
  void aLoginIsWhole() {
    assertStopped("SMTP_PASSWORD", with(SMTP, "SMTP_USERNAME", "me"));
    assertStopped("SMTP_USERNAME", with(SMTP, "SMTP_PASSWORD", "s3cr3t"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay.example.com", "10.0.0.1", "128.0.0.1", "localhost.example.com"})
  void aPasswordIsNotSentInClearToAnotherMachine(String host) {
    assertStopped("SMTP_SECURITY", inClearWithALogin(host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
  void aPasswordMayBeSentInClearToTheOwnMachine(String host) {
    assertThat(load(inClearWithALogin(host)).mail()).isPresent();
  }

  @Test
  void anAuthorityNeedsEncryption() {
    assertStopped(
        "SMTP_CA_FILE", with(SMTP, "SMTP_SECURITY", "none", "SMTP_CA_FILE", "/etc/ca.pem"));
  }

  @Test
  void anOutboxNeedsNothingMore() {
    assertThat(load(OUTBOX).mail())
        .contains(new MailSettings.Outbox("wallet-sync@localhost", Path.of("./outbox")));
    assertThat(load(with(OUTBOX, "MAIL_OUTBOX", "/var/mails")).mail())
        .contains(new MailSettings.Outbox("wallet-sync@localhost", Path.of("/var/mails")));
    assertStopped("SMTP_HOST", with(OUTBOX, "SMTP_HOST", "relay.example.com"));
  }

  private static Map<String, String> inClearWithALogin(String host) {
    return with(
        SMTP,
        "SMTP_HOST",
        host,
        "SMTP_SECURITY",
        "none",
        "SMTP_USERNAME",
        "me",
        "SMTP_PASSWORD",
        "s3cr3t");
  }

  private static Map<String, String> with(Map<String, String> settings, String... namesAndValues) {
    Map<String, String> changed = new HashMap<>(settings);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      changed.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return changed;
  }

  private static Settings load(Map<String, String> environment) {
    return Settings.load(environment, Optional.empty());
  }

  /** Asserts that these settings stop the start, with one line that names the setting. */
  private static void assertStopped(String setting, Map<String, String> environment) {
    assertThat(stopped(environment).getMessage())
        .as(environment.toString())
        .startsWith("Setting " + setting + " ")
        .doesNotContain("\n")
        .doesNotContain("s3cr3t");
  }

  private static StartException stopped(Map<String, String> environment) {
    StartException stopped = catchThrowableOfType(StartException.class, () -> load(environment));
    assertThat(stopped).as(environment.toString()).isNotNull();
    return stopped;
  }
}
