package walletsync.server.settings;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Every setting by its name: an environment variable, or a line in the file of {@code --conf}. What
 * each means stands in {@code conf/server.properties} and {@code docs/settings.md}; tests hold both
 * against this.
 */
public enum Setting {
  BIND_ADDRESS(text("0.0.0.0")),
  PORT(number(8090, 0, 65_535)),
  PUBLIC_URL(text()),
  MANAGEMENT_PORT(number(0, 65_535)),
  MANAGEMENT_ADDRESS(text()),
  TLS_CERT_FILE(text()),
  TLS_KEY_FILE(text()),
  TRUSTED_PROXIES(text()),
  PROXY_PROTOCOL(flag(false)),
  MAX_CONNECTIONS(number(20_000, 1, 1_000_000)),
  HEADER_TIMEOUT_SECONDS(number(10, 1, 600)),
  BODY_TIMEOUT_SECONDS(number(20, 1, 600)),
  IDLE_TIMEOUT_SECONDS(number(75, 30, 3_600)),
  MAX_BODY_BYTES(number(100_000, 1_000, 10_000_000)),
  DATA_DIR(text("./data")),
  EMBEDDED_POSTGRES_USER(text()),
  DATABASE_URL(secret()),
  PGHOST(text("localhost")),
  PGPORT(number(5432, 1, 65_535)),
  PGDATABASE(text()),
  PGUSER(text()),
  PGPASSWORD(secret()),
  PGSSLMODE(text("prefer")),
  PGSSLROOTCERT(text()),
  DATABASE_POOL_SIZE(number(8, 1, 1_000)),
  WALLET_VERSIONS_KEPT(number(20, 1, 1_000_000)),
  ACCOUNT_VERIFICATION_MODE(choice(SignUpMode.WHITELIST)),
  ACCOUNT_WHITELIST(text()),
  MAIL_TRANSPORT(choice(MailTransport.class)),
  MAIL_FROM(text()),
  MAIL_OUTBOX(text("./outbox")),
  MAILS_PER_MINUTE(number(60, 1, 1_000_000)),
  MAILGUN_SENDING_DOMAIN(text()),
  MAILGUN_SERVER_DOMAIN(text()),
  MAILGUN_PRIVATE_API_KEY(secret()),
  MAILGUN_SENDING_DOMAIN_IS_EU(flag(false)),
  SMTP_HOST(text()),
  SMTP_PORT(number(1, 65_535)),
  SMTP_SECURITY(choice(SmtpSecurity.STARTTLS)),
  SMTP_USERNAME(text()),
  SMTP_PASSWORD(secret()),
  SMTP_CA_FILE(text()),
  PASSWORD_THREADS(number(1, 256)),
  PASSWORD_QUEUE(number(64, 1, 100_000)),
  PUSH_TRANSPORT(choice(PushTransport.POSTGRES)),
  WEBSOCKETS_PER_ACCOUNT(number(100, 1, 100_000)),
  WEBSOCKET_ORIGINS(text()),
  STOP_DELAY_SECONDS(number(0, 0, 600)),
  DRAIN_SECONDS(number(5, 0, 600)),
  LOG_FORMAT(choice(LogFormat.TEXT)),
  LOG_LEVEL(choice(LogLevel.INFO)),
  ACCESS_LOG(flag(false));

  private final String otherwise;
  private final String allowed;
  private final int least;
  private final int most;
  private final boolean isSecret;

  Setting(Kind kind) {
    otherwise = kind.otherwise;
    allowed = kind.allowed;
    least = kind.least;
    most = kind.most;
    isSecret = kind.isSecret;
  }

  /**
   * What values a setting takes.
   *
   * @param otherwise the value of an unset one; empty where there is none, or it depends
   * @param allowed the values in words
   * @param least the least number
   * @param most the largest number
   * @param isSecret whether a file may hold it, and nothing may show it
   */
  private record Kind(String otherwise, String allowed, int least, int most, boolean isSecret) {}

  /** The value of an unset one; empty where there is none, or it depends on something. */
  String otherwise() {
    return otherwise;
  }

  /** Which values it takes, in words. */
  String allowed() {
    return allowed;
  }

  int least() {
    return least;
  }

  int most() {
    return most;
  }

  /** Whether a file may hold it, which {@code <NAME>_FILE} names, and nothing may show it. */
  boolean isSecret() {
    return isSecret;
  }

  /** The setting that names the file with a secret. */
  String fileName() {
    return name() + "_FILE";
  }

  private static Kind text() {
    return text("");
  }

  private static Kind text(String otherwise) {
    return new Kind(otherwise, "text", 0, 0, false);
  }

  private static Kind secret() {
    return new Kind("", "secret", 0, 0, true);
  }

  private static Kind flag(boolean otherwise) {
    return new Kind(String.valueOf(otherwise), "true, false", 0, 0, false);
  }

  private static Kind number(int otherwise, int least, int most) {
    return new Kind(String.valueOf(otherwise), range(least, most), least, most, false);
  }

  /** A number that depends on the machine, or is only there when it is set. */
  private static Kind number(int least, int most) {
    return new Kind("", range(least, most), least, most, false);
  }

  private static String range(int least, int most) {
    return least + " to " + most;
  }

  private static <E extends Enum<E>> Kind choice(E otherwise) {
    return new Kind(otherwise.toString(), choices(otherwise.getDeclaringClass()), 0, 0, false);
  }

  private static <E extends Enum<E>> Kind choice(Class<E> type) {
    return new Kind("", choices(type), 0, 0, false);
  }

  private static <E extends Enum<E>> String choices(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }
}
