package walletsync.server.settings;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import walletsync.protocol.Email;
import walletsync.protocol.Limits;

/**
 * What an operator set, checked as a whole.
 *
 * @param bindAddress the address to listen on
 * @param port the port to listen on; 0 takes a free one (for tests)
 * @param database which Postgres
 * @param databasePoolSize connections to it
 * @param signUpMode who may sign up
 * @param whitelist the addresses that may sign up in mode Whitelist, compared to the letter
 * @param publicUrl where people reach this server; links in mails begin with it
 * @param mail how mails are sent; there where the mode is EmailVerify
 * @param maxBodyBytes the largest request body in bytes
 * @param passwordThreads how many passwords are hashed at a time
 * @param passwordQueue how many more may wait for that
 * @param push how devices hear of changes
 */
public record Settings(
    String bindAddress,
    int port,
    DatabaseSettings database,
    int databasePoolSize,
    SignUpMode signUpMode,
    Set<String> whitelist,
    URI publicUrl,
    Optional<MailSettings> mail,
    int maxBodyBytes,
    int passwordThreads,
    int passwordQueue,
    PushSettings push) {

  private static final List<Setting> MAILGUN =
      List.of(
          Setting.MAILGUN_SENDING_DOMAIN,
          Setting.MAILGUN_SERVER_DOMAIN,
          Setting.MAILGUN_PRIVATE_API_KEY,
          Setting.MAILGUN_SENDING_DOMAIN_IS_EU);

  /**
   * Reads the settings.
   *
   * @param environment the environment variables
   * @param file a file of {@code NAME=value} lines, over which the environment wins
   * @throws StartException naming the setting that is bad
   */
  public static Settings load(Map<String, String> environment, Optional<Path> file) {
    return from(new SettingSource(environment, file.map(Settings::lines).orElse(Map.of())));
  }

  private static Settings from(SettingSource source) {
    int port = source.number(Setting.PORT, 8090, 1, 65535);
    SignUpMode mode =
        source.choice(Setting.ACCOUNT_VERIFICATION_MODE, SignUpMode.class, SignUpMode.WHITELIST);
    URI publicUrl =
        source
            .text(Setting.PUBLIC_URL)
            .map(Settings::publicUrl)
            .orElse(URI.create("http://localhost:" + port));
    return new Settings(
        source.text(Setting.BIND_ADDRESS, "0.0.0.0"),
        port,
        new DatabaseSettingsReader(source).read(),
        source.number(Setting.DATABASE_POOL_SIZE, 8, 1, 1000),
        mode,
        whitelist(source, mode),
        publicUrl,
        mail(source, mode, publicUrl),
        source.number(Setting.MAX_BODY_BYTES, Limits.BODY_BYTES, 1000, 100_000_000),
        source.number(
            Setting.PASSWORD_THREADS,
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
            1,
            256),
        source.number(Setting.PASSWORD_QUEUE, 64, 1, 100_000),
        push(source));
  }

  private static PushSettings push(SettingSource source) {
    Set<String> origins = new HashSet<>();
    for (String origin :
        source
            .text(Setting.WEBSOCKET_ORIGINS)
            .map(list -> list.split(",", -1))
            .orElse(new String[0])) {
      if (!origin.matches("https?://[^/\\s]+")) {
        throw SettingSource.bad(
            Setting.WEBSOCKET_ORIGINS,
            "must be origins like https://wallet.example.com, separated by commas without blanks");
      }
      origins.add(origin);
    }
    return new PushSettings(
        source.choice(Setting.PUSH_TRANSPORT, PushTransport.class, PushTransport.POSTGRES),
        source.number(Setting.WEBSOCKETS_PER_ACCOUNT, 100, 1, 100_000),
        Set.copyOf(origins),
        Duration.ofSeconds(source.number(Setting.DRAIN_SECONDS, 5, 0, 600)));
  }

  private static Set<String> whitelist(SettingSource source, SignUpMode mode) {
    Optional<String> text = source.text(Setting.ACCOUNT_WHITELIST);
    if (text.isPresent() && mode != SignUpMode.WHITELIST) {
      throw SettingSource.bad(
          Setting.ACCOUNT_WHITELIST, "needs ACCOUNT_VERIFICATION_MODE=Whitelist");
    }
    Set<String> emails = new HashSet<>();
    for (String email : text.map(list -> list.split(",", -1)).orElse(new String[0])) {
      if (Email.parse(email).isEmpty()) {
        throw SettingSource.bad(
            Setting.ACCOUNT_WHITELIST,
            "must be valid e-mail addresses, separated by commas without blanks");
      }
      emails.add(email);
    }
    return Set.copyOf(emails);
  }

  private static Optional<MailSettings> mail(SettingSource source, SignUpMode mode, URI publicUrl) {
    if (mode != SignUpMode.EMAIL_VERIFY) {
      Stream.concat(MAILGUN.stream(), Stream.of(Setting.MAIL_TRANSPORT))
          .filter(setting -> source.text(setting).isPresent())
          .findFirst()
          .ifPresent(
              setting -> {
                throw SettingSource.bad(setting, "needs ACCOUNT_VERIFICATION_MODE=EmailVerify");
              });
      return Optional.empty();
    }
    boolean mailgun = MAILGUN.stream().anyMatch(s -> source.text(s).isPresent());
    if (source.text(Setting.MAIL_TRANSPORT).isEmpty() && !mailgun) {
      throw SettingSource.bad(
          Setting.MAIL_TRANSPORT,
          "is needed with ACCOUNT_VERIFICATION_MODE=EmailVerify; set it to outbox");
    }
    MailTransport transport =
        source.choice(Setting.MAIL_TRANSPORT, MailTransport.class, MailTransport.MAILGUN);
    if (transport != MailTransport.OUTBOX) {
      throw SettingSource.bad(
          Setting.MAIL_TRANSPORT, "must be outbox: this release sends no mail by " + transport);
    }
    if (mailgun) {
      throw SettingSource.bad(
          MAILGUN.stream().filter(s -> source.text(s).isPresent()).findFirst().orElseThrow(),
          "needs MAIL_TRANSPORT=mailgun");
    }
    String from = source.text(Setting.MAIL_FROM, "wallet-sync@" + publicUrl.getHost());
    if (Email.parse(from).isEmpty()) {
      throw SettingSource.bad(Setting.MAIL_FROM, "must be a bare e-mail address");
    }
    return Optional.of(
        new MailSettings(
            from,
            DatabaseSettingsReader.path(
                Setting.MAIL_OUTBOX, source.text(Setting.MAIL_OUTBOX, "./outbox"))));
  }

  private static URI publicUrl(String text) {
    try {
      URI url = new URI(text);
      if (url.getHost() != null
          && Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getRawQuery() == null
          && url.getRawFragment() == null
          && !text.endsWith("/")) {
        return url;
      }
    } catch (URISyntaxException e) {
      // one message for every kind of bad URL
    }
    throw SettingSource.bad(
        Setting.PUBLIC_URL,
        "must look like https://wallets.example.com, without a slash at its end");
  }

  private static Map<String, String> lines(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException("Cannot read the settings file " + file + ".", e);
    }
    Map<String, String> lines = new HashMap<>();
    properties.stringPropertyNames().forEach(name -> lines.put(name, properties.getProperty(name)));
    return lines;
  }
}
