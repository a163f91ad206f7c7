package walletsync.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.settings.DatabaseSettings.Embedded;

/**
 * What an operator may set, and what stops the start; {@link DatabaseSettingsTest} has the rest.
 */
class SettingsTest {
  @Test
  void withoutAnySettingTheServerIsSafe() {
    Settings settings = load();

    assertThat(settings.edge().port()).isEqualTo(8090);
    assertThat(settings.signUpMode()).isEqualTo(SignUpMode.WHITELIST);
    assertThat(settings.whitelist()).isEmpty();
    assertThat(settings.database())
        .isInstanceOfSatisfying(
            Embedded.class, it -> assertThat(it.dataDir()).isEqualTo(Path.of("./data")));
    assertThat(settings.publicUrl()).isEqualTo(URI.create("http://localhost:8090"));
    assertThat(settings.mail()).isEmpty();
    assertThat(settings.edge().maxBodyBytes()).isEqualTo(100_000);
  }

  @Test
  void aBlankValueIsAnUnsetOne() {
    Settings settings =
        load(
            "PORT",
            "",
            "DATA_DIR",
            " ",
            "DATABASE_URL",
            "  ",
            "PGHOST",
            "\t",
            "ACCOUNT_VERIFICATION_MODE",
            "",
            "ACCOUNT_WHITELIST",
            " ",
            "MAIL_TRANSPORT",
            "",
            "MAILGUN_SENDING_DOMAIN",
            "",
            "MAILGUN_SENDING_DOMAIN_IS_EU",
            " ",
            "PUBLIC_URL",
            "",
            "MAX_BODY_BYTES",
            "");

    assertThat(settings).isEqualTo(load());
  }

  @Test
  void settingsAreReadByTheirNames() {
    Settings settings =
        load("PORT", "1234", "DATA_DIR", "/var/wallets", "MAX_BODY_BYTES", "200000");

    assertThat(settings.edge().port()).isEqualTo(1234);
    assertThat(settings.database())
        .isInstanceOfSatisfying(
            Embedded.class, it -> assertThat(it.dataDir()).isEqualTo(Path.of("/var/wallets")));
    assertThat(settings.edge().maxBodyBytes()).isEqualTo(200_000);
    assertThat(settings.publicUrl()).isEqualTo(URI.create("http://localhost:1234"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "PORT, 65536",
        "PORT, -1",
        "PORT, +1",
        "PORT, 80.0",
        "PORT, http",
        "PORT, ` 8090`",
        "PORT, `8090 `",
        "PORT, 99999999999",
        "PORT, ٨٠٩٠",
        "MAX_BODY_BYTES, 0",
        "MAX_BODY_BYTES, -1",
        "MAX_BODY_BYTES, 100kB",
        "DATABASE_POOL_SIZE, 0",
        "PASSWORD_THREADS, 0",
        "WALLET_VERSIONS_KEPT, 0",
        "WALLET_VERSIONS_KEPT, all",
        "PASSWORD_QUEUE, x",
        "ACCOUNT_VERIFICATION_MODE, allowall",
        "ACCOUNT_VERIFICATION_MODE, AllowALL",
        "ACCOUNT_VERIFICATION_MODE, ALLOW_ALL",
        "ACCOUNT_VERIFICATION_MODE, `AllowAll `",
        "ACCOUNT_VERIFICATION_MODE, Nobody",
        "ACCOUNT_WHITELIST, nobody",
        "ACCOUNT_WHITELIST, `a@b, c@d`",
        "ACCOUNT_WHITELIST, `a@b ,c@d`",
        "ACCOUNT_WHITELIST, `a@b,`",
        "ACCOUNT_WHITELIST, `,a@b`",
        "ACCOUNT_WHITELIST, `a@b,,c@d`",
        "ACCOUNT_WHITELIST, a@b;c@d",
        "ACCOUNT_WHITELIST, Joe <a@b>",
        "PUBLIC_URL, wallets.example.com",
        "PUBLIC_URL, ftp://wallets.example.com",
        "PUBLIC_URL, https://wallets.example.com/",
        "PUBLIC_URL, https://wallets.example.com?a=b",
        "PUBLIC_URL, https://",
        "PUBLIC_URL, https://a b"
      })
  void aBadValueStopsTheStartWithOneLineThatNamesItsSetting(String name, String value) {
    assertStopped(name, name, value);
  }

  @Test
  void aWhitelistIsKeptToTheLetter() {
    assertThat(load("ACCOUNT_WHITELIST", "Joe@Example.com,用户@例子.中国").whitelist())
        .containsExactlyInAnyOrder("Joe@Example.com", "用户@例子.中国");
    assertThat(
            load("ACCOUNT_VERIFICATION_MODE", "Whitelist", "ACCOUNT_WHITELIST", "a@b").whitelist())
        .containsExactly("a@b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AllowAll", "EmailVerify"})
  void aWhitelistNeedsItsMode(String mode) {
    assertStopped(
        "ACCOUNT_WHITELIST",
        "ACCOUNT_VERIFICATION_MODE",
        mode,
        "ACCOUNT_WHITELIST",
        "a@b",
        "MAIL_TRANSPORT",
        mode.equals("EmailVerify") ? "outbox" : "");
  }

  @Test
  void emailVerifyNeedsATransport() {
    assertStopped("MAIL_TRANSPORT", "ACCOUNT_VERIFICATION_MODE", "EmailVerify");
    assertStopped(
        "MAIL_TRANSPORT",
        "ACCOUNT_VERIFICATION_MODE",
        "EmailVerify",
        "MAIL_TRANSPORT",
        "carrier pigeon");
    assertStopped(
        "MAIL_TRANSPORT", "ACCOUNT_VERIFICATION_MODE", "EmailVerify", "MAIL_TRANSPORT", "Outbox");
  }

  @Test
  void anOutboxNeedsNothingMore() {
    Settings settings =
        load(
            "ACCOUNT_VERIFICATION_MODE",
            "EmailVerify",
            "MAIL_TRANSPORT",
            "outbox",
            "PUBLIC_URL",
            "https://wallets.example.com");

    assertThat(settings.signUpMode()).isEqualTo(SignUpMode.EMAIL_VERIFY);
    assertThat(settings.mail()).map(MailSettings::from).contains("wallet-sync@wallets.example.com");
    assertThat(settings.publicUrl()).isEqualTo(URI.create("https://wallets.example.com"));
  }

  @Test
  void theSenderIsABareAddress() {
    assertThat(emailVerify("MAIL_FROM", "me@example.com").mail())
        .map(MailSettings::from)
        .contains("me@example.com");
    StartException stopped =
        stopped(
            Map.of(
                "ACCOUNT_VERIFICATION_MODE", "EmailVerify",
                "MAIL_TRANSPORT", "outbox",
                "MAIL_FROM", "Me <me@example.com>"));
    assertThat(stopped).hasMessageContaining("MAIL_FROM");
  }

  @Test
  void theEnvironmentWinsOverTheFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("conf"), "PORT=1\nDATA_DIR=from-file\n# x\n");

    Settings settings = Settings.load(Map.of("PORT", "2", "DATA_DIR", ""), Optional.of(file));

    assertThat(settings.edge().port()).isEqualTo(2);
    assertThat(settings.database())
        .isInstanceOfSatisfying(
            Embedded.class, it -> assertThat(it.dataDir()).isEqualTo(Path.of("from-file")));
  }

  @Test
  void aSecretMayStandInAFileOfItsOwn(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "p4ss word\n");
    Map<String, String> names = Map.of("PGHOST", "db", "PGPASSWORD_FILE", file.toString());

    assertThat(Settings.load(names, Optional.empty()).database())
        .isInstanceOfSatisfying(
            DatabaseSettings.External.class,
            it -> assertThat(it.password().reveal()).isEqualTo("p4ss word"));
    assertOneLine(stopped(with(names, "PGPASSWORD", "other")), "p4ss word");
    assertThat(stopped(with(names, "PGPASSWORD", "other")))
        .hasMessageContaining("PGPASSWORD_FILE contradict");
    assertThat(stopped(Map.of("PGPASSWORD_FILE", folder.resolve("missing").toString())))
        .hasMessageContaining("PGPASSWORD_FILE names a file that cannot be read");
    Files.writeString(file, "\n");
    assertThat(stopped(names)).hasMessageContaining("PGPASSWORD_FILE names an empty file");
  }

  @ParameterizedTest
  @CsvSource({
    "ACCOUNT_WHITLIST, ACCOUNT_WHITELIST",
    "ACCOUNT_VERIFICATION, ''",
    "MAX_BODY_BYTE, MAX_BODY_BYTES",
    "MAILGUN_KEY, ''",
    "SMTP_USER, ''",
    "WEBSOCKET_ORIGIN, WEBSOCKET_ORIGINS"
  })
  void aNameInTheEnvironmentThatWasMeantForUsStopsTheStart(String name, String meant) {
    StartException stopped = stopped(Map.of(name, "x"));
    assertThat(stopped).hasMessageContaining("Unknown setting " + name + " in the environment");
    if (!meant.isEmpty()) {
      assertThat(stopped).hasMessageContaining("did you mean " + meant + "?");
    }
  }

  @Test
  void whatKubernetesSetsForItsServicesIsNoSetting() {
    Settings settings =
        load(
            "SMTP_SERVICE_HOST", "10.0.0.1",
            "SMTP_SERVICE_PORT", "25",
            "SMTP_PORT_25_TCP_ADDR", "10.0.0.1",
            "WALLET_SYNC_PORT", "tcp://10.0.0.2:8090",
            "MANAGEMENT_PORT", "tcp://10.0.0.3:9000",
            "HOME", "/root");
    assertThat(settings).isEqualTo(load());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "MANAGEMENT_PORT, 8090, must not be PORT",
        "MANAGEMENT_ADDRESS, 127.0.0.1, needs MANAGEMENT_PORT",
        "PROXY_PROTOCOL, true, needs TRUSTED_PROXIES",
        "PROXY_PROTOCOL, yes, `must be one of true, false`",
        "TRUSTED_PROXIES, example.com, must be addresses or ranges",
        "TRUSTED_PROXIES, `10.0.0.0/8, ::1`, must be addresses or ranges",
        "LOG_FORMAT, xml, `must be one of text, json`",
        "LOG_LEVEL, INFO, `must be one of error, warn, info, debug, trace`",
        "IDLE_TIMEOUT_SECONDS, 5, must be 30 to 3600",
        "TLS_CERT_FILE, /no/such/file, names a file that cannot be read",
        "TLS_CERT_FILE, pom.xml, needs TLS_KEY_FILE",
        "TLS_KEY_FILE, pom.xml, needs TLS_CERT_FILE"
      })
  void whatDoesNotFitTogetherStopsTheStart(String name, String value, String problem) {
    assertThat(stopped(Map.of(name, value)))
        .hasMessageStartingWith("Setting " + name + " " + problem)
        .satisfies(stopped -> assertOneLine(stopped, "nothing secret"));
  }

  private static Map<String, String> with(Map<String, String> names, String name, String value) {
    Map<String, String> more = new HashMap<>(names);
    more.put(name, value);
    return more;
  }

  @Test
  void anUnknownNameInTheFileStopsTheStartAndOneInTheEnvironmentDoesNot(@TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("conf"), "PROT=1\n");

    StartException stopped =
        catchThrowableOfType(
            StartException.class, () -> Settings.load(Map.of(), Optional.of(file)));

    assertThat(stopped).hasMessageContaining("PROT");
    assertThat(load("PROT", "1", "PATH", "/bin")).isEqualTo(load());
  }

  @Test
  void aFileThatCannotBeReadStopsTheStart(@TempDir Path folder) {
    Path file = folder.resolve("missing.properties");

    StartException stopped =
        catchThrowableOfType(
            StartException.class, () -> Settings.load(Map.of(), Optional.of(file)));

    assertThat(stopped).hasMessageContaining("missing.properties");
  }

  private static Settings emailVerify(String name, String value) {
    return load(
        "ACCOUNT_VERIFICATION_MODE", "EmailVerify", "MAIL_TRANSPORT", "outbox", name, value);
  }

  private static Settings load(String... namesAndValues) {
    return Settings.load(environment(namesAndValues), Optional.empty());
  }

  /** Asserts that these settings stop the start, with one line that names the setting. */
  private static void assertStopped(String setting, String... namesAndValues) {
    StartException stopped = stopped(environment(namesAndValues));

    assertThat(stopped).as(String.join(" ", namesAndValues)).hasMessageContaining(setting);
    assertOneLine(stopped, "s3cr3t");
  }

  private static StartException stopped(Map<String, String> environment) {
    StartException stopped =
        catchThrowableOfType(
            StartException.class, () -> Settings.load(environment, Optional.empty()));
    assertThat(stopped).as(environment.toString()).isNotNull();
    return stopped;
  }

  private static void assertOneLine(StartException stopped, String secret) {
    assertThat(stopped.getMessage()).doesNotContain("\n").doesNotContain(secret);
  }

  private static Map<String, String> environment(String... namesAndValues) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return environment;
  }
}
