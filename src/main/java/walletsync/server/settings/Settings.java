package walletsync.server.settings;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import walletsync.protocol.Email;

/**
 * What an operator set, checked as a whole.
 *
 * @param edge where the server meets the network
 * @param database which Postgres
 * @param databasePoolSize connections to it
 * @param walletVersionsKept how many of the newest versions of each wallet are kept, 1 or more
 * @param signUpMode who may sign up
 * @param whitelist the addresses that may sign up in mode Whitelist, compared to the letter
 * @param publicUrl where people reach this server; links in mails begin with it
 * @param mail how mails are sent; there where the mode is EmailVerify
 * @param mailsPerMinute how many of them leave at most
 * @param passwordThreads how many passwords are hashed at a time
 * @param passwordQueue how many more may wait for that
 * @param push how devices hear of changes
 * @param stopDelay how long the server goes on once it has said that it is not ready any more
 * @param logs what is logged
 */
public record Settings(
    EdgeSettings edge,
    DatabaseSettings database,
    int databasePoolSize,
    int walletVersionsKept,
    SignUpMode signUpMode,
    Set<String> whitelist,
    URI publicUrl,
    Optional<MailSettings> mail,
    int mailsPerMinute,
    int passwordThreads,
    int passwordQueue,
    PushSettings push,
    Duration stopDelay,
    LogSettings logs) {

  /**
   * Reads the settings.
   *
   * @param environment the environment variables
   * @param file a file of {@code NAME=value} lines, over which the environment wins
   * @throws StartException naming the setting that is bad
   */
  public static Settings load(Map<String, String> environment, Optional<Path> file) {
    return from(
        new SettingSource(
            environment, file.map(Settings::lines).orElse(Map.of()), EnumSet.allOf(Setting.class)));
  }

  /**
   * Reads which database to use, and nothing else: commands run where the server's other settings
   * and secrets may not be at hand.
   *
   * @throws StartException naming the setting that is bad
   */
  public static DatabaseSettings loadDatabase(
      Map<String, String> environment, Optional<Path> file) {
    return new DatabaseSettingsReader(
            new SettingSource(
                environment,
                file.map(Settings::lines).orElse(Map.of()),
                DatabaseSettingsReader.SETTINGS))
        .read();
  }

  /** The same with other settings of two kinds: tests are impatient, and have a mail provider. */
  public Settings with(PushSettings otherPush, Optional<MailSettings> otherMail) {
    return new Settings(
        edge,
        database,
        databasePoolSize,
        walletVersionsKept,
        signUpMode,
        whitelist,
        publicUrl,
        otherMail,
        mailsPerMinute,
        passwordThreads,
        passwordQueue,
        otherPush,
        stopDelay,
        logs);
  }

  private static Settings from(SettingSource source) {
    EdgeSettings edge = new EdgeSettingsReader(source).read();
    SignUpMode mode = source.get(Setting.ACCOUNT_VERIFICATION_MODE, SignUpMode.class);
    MailSettingsReader mail = new MailSettingsReader(source, mode);
    URI publicUrl = publicUrl(source, edge, mail);
    return new Settings(
        edge,
        new DatabaseSettingsReader(source).read(),
        source.number(Setting.DATABASE_POOL_SIZE),
        source.number(Setting.WALLET_VERSIONS_KEPT),
        mode,
        whitelist(source, mode),
        publicUrl,
        mail.read(publicUrl),
        source.number(Setting.MAILS_PER_MINUTE),
        source
            .findNumber(Setting.PASSWORD_THREADS)
            .orElse(Math.max(1, Runtime.getRuntime().availableProcessors() - 1)),
        source.number(Setting.PASSWORD_QUEUE),
        push(source),
        Duration.ofSeconds(source.number(Setting.STOP_DELAY_SECONDS)),
        new LogSettings(
            source.get(Setting.LOG_FORMAT, LogFormat.class),
            source.get(Setting.LOG_LEVEL, LogLevel.class),
            source.flag(Setting.ACCESS_LOG)));
  }

  private static PushSettings push(SettingSource source) {
    List<String> origins = source.list(Setting.WEBSOCKET_ORIGINS);
    if (!origins.stream().allMatch(origin -> origin.matches("https?://[^/\\s]+"))) {
      throw SettingSource.bad(
          Setting.WEBSOCKET_ORIGINS,
          "must be origins like https://wallet.example.com, separated by commas without blanks");
    }
    return new PushSettings(
        source.get(Setting.PUSH_TRANSPORT, PushTransport.class),
        source.number(Setting.WEBSOCKETS_PER_ACCOUNT),
        Set.copyOf(new HashSet<>(origins)),
        Duration.ofSeconds(source.number(Setting.DRAIN_SECONDS)));
  }

  private static Set<String> whitelist(SettingSource source, SignUpMode mode) {
    List<String> emails = source.list(Setting.ACCOUNT_WHITELIST);
    if (!emails.isEmpty() && mode != SignUpMode.WHITELIST) {
      throw SettingSource.bad(
          Setting.ACCOUNT_WHITELIST, "needs ACCOUNT_VERIFICATION_MODE=Whitelist");
    }
    if (!emails.stream().allMatch(email -> Email.parse(email).isPresent())) {
      throw SettingSource.bad(
          Setting.ACCOUNT_WHITELIST,
          "must be valid e-mail addresses, separated by commas without blanks");
    }
    return Set.copyOf(new HashSet<>(emails));
  }

  private static URI publicUrl(SettingSource source, EdgeSettings edge, MailSettingsReader mail) {
    Optional<String> text = source.findText(Setting.PUBLIC_URL);
    if (text.isEmpty()) {
      String scheme = edge.tls().isPresent() ? "https" : "http";
      return mail.defaultPublicUrl().orElse(URI.create(scheme + "://localhost:" + edge.port()));
    }
    try {
      URI url = new URI(text.get());
      if (url.getHost() != null
          && Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getRawQuery() == null
          && url.getRawFragment() == null
          && !text.get().endsWith("/")) {
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
