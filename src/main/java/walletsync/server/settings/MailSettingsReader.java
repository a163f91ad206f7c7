package walletsync.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import walletsync.protocol.Email;
import walletsync.protocol.Secret;

/** Reads how mails are sent. Settings of a transport that is not the chosen one stop the start. */
final class MailSettingsReader {
  private static final List<Setting> MAILGUN =
      List.of(
          Setting.MAILGUN_SENDING_DOMAIN,
          Setting.MAILGUN_SERVER_DOMAIN,
          Setting.MAILGUN_PRIVATE_API_KEY,
          Setting.MAILGUN_SENDING_DOMAIN_IS_EU);

  private static final List<Setting> SMTP =
      List.of(
          Setting.SMTP_HOST,
          Setting.SMTP_PORT,
          Setting.SMTP_SECURITY,
          Setting.SMTP_USERNAME,
          Setting.SMTP_PASSWORD,
          Setting.SMTP_CA_FILE);

  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
  private static final Pattern DOMAIN =
      Pattern.compile("(?=.{1,253}$)(" + LABEL + "\\.)*(?=[A-Za-z])" + LABEL);

  private static final URI MAILGUN_US = URI.create("https://api.mailgun.net");
  private static final URI MAILGUN_EU = URI.create("https://api.eu.mailgun.net");

  private final SettingSource source;
  private final Optional<MailTransport> transport;

  /**
   * @throws StartException where the mode and the settings for mails contradict each other
   */
  MailSettingsReader(SettingSource source, SignUpMode mode) {
    this.source = source;
    this.transport = transport(mode);
  }

  /** Where links lead as long as {@code PUBLIC_URL} does not say it. */
  Optional<URI> defaultPublicUrl() {
    return transport
        .filter(chosen -> chosen == MailTransport.MAILGUN)
        .map(chosen -> domain(Setting.MAILGUN_SERVER_DOMAIN))
        .map(domain -> URI.create("https://" + domain));
  }

  /**
   * @param publicUrl where people reach the server; its host is the sender's unless another is set
   */
  Optional<MailSettings> read(URI publicUrl) {
    return transport.map(
        chosen ->
            switch (chosen) {
              case MAILGUN -> mailgun();
              case SMTP -> smtp(from(publicUrl.getHost()));
              case OUTBOX ->
                  new MailSettings.Outbox(
                      from(publicUrl.getHost()), source.get(Setting.MAIL_OUTBOX, Path.class));
            });
  }

  private Optional<MailTransport> transport(SignUpMode mode) {
    if (mode != SignUpMode.EMAIL_VERIFY) {
      refuse(
          Stream.of(MAILGUN.stream(), SMTP.stream(), Stream.of(Setting.MAIL_TRANSPORT))
              .flatMap(settings -> settings),
          "needs ACCOUNT_VERIFICATION_MODE=EmailVerify");
      return Optional.empty();
    }
    boolean mailgun = MAILGUN.stream().anyMatch(source::isSet);
    if (!source.isSet(Setting.MAIL_TRANSPORT) && !mailgun) {
      throw SettingSource.bad(
          Setting.MAIL_TRANSPORT,
          "is needed with ACCOUNT_VERIFICATION_MODE=EmailVerify; set it to mailgun, smtp or"
              + " outbox");
    }
    MailTransport chosen =
        source.find(Setting.MAIL_TRANSPORT, MailTransport.class).orElse(MailTransport.MAILGUN);
    if (chosen != MailTransport.MAILGUN) {
      refuse(MAILGUN.stream(), "needs MAIL_TRANSPORT=mailgun");
    }
    if (chosen != MailTransport.SMTP) {
      refuse(SMTP.stream(), "needs MAIL_TRANSPORT=smtp");
    }
    if (chosen != MailTransport.OUTBOX) {
      refuse(Stream.of(Setting.MAIL_OUTBOX), "needs MAIL_TRANSPORT=outbox");
    }
    return Optional.of(chosen);
  }

  private MailSettings.Mailgun mailgun() {
    String sendingDomain = domain(Setting.MAILGUN_SENDING_DOMAIN);
    String key = required(Setting.MAILGUN_PRIVATE_API_KEY, "mailgun");
    if (!key.matches("[!-~]+")) {
      throw SettingSource.bad(Setting.MAILGUN_PRIVATE_API_KEY, "must not hold blanks");
    }
    return new MailSettings.Mailgun(
        from(sendingDomain),
        source.flag(Setting.MAILGUN_SENDING_DOMAIN_IS_EU) ? MAILGUN_EU : MAILGUN_US,
        sendingDomain,
        Secret.of(key));
  }

  private MailSettings.Smtp smtp(String from) {
    String host = required(Setting.SMTP_HOST, "smtp");
    if (!host.matches("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+")) {
      throw SettingSource.bad(Setting.SMTP_HOST, "must be a host name or an address");
    }
    SmtpSecurity security = source.get(Setting.SMTP_SECURITY, SmtpSecurity.class);
    if (security == SmtpSecurity.NONE) {
      refuse(Stream.of(Setting.SMTP_CA_FILE), "needs SMTP_SECURITY=starttls or tls");
    }
    Optional<MailSettings.Login> login = login();
    if (login.isPresent() && security == SmtpSecurity.NONE && !isLoopback(host)) {
      throw SettingSource.bad(
          Setting.SMTP_SECURITY,
          "must be starttls or tls where a password is sent to another machine");
    }
    return new MailSettings.Smtp(
        from,
        host,
        source.findNumber(Setting.SMTP_PORT).orElse(security.defaultPort()),
        security,
        login,
        source.findPath(Setting.SMTP_CA_FILE));
  }

  private Optional<MailSettings.Login> login() {
    Optional<String> username = source.findText(Setting.SMTP_USERNAME);
    Optional<String> password = source.findText(Setting.SMTP_PASSWORD);
    if (username.isPresent() != password.isPresent()) {
      throw username.isPresent()
          ? SettingSource.bad(Setting.SMTP_PASSWORD, "is needed with SMTP_USERNAME")
          : SettingSource.bad(Setting.SMTP_USERNAME, "is needed with SMTP_PASSWORD");
    }
    return username.map(name -> new MailSettings.Login(name, Secret.of(password.orElseThrow())));
  }

  /** By its spelling: what a name resolves to may change. */
  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}")
        || host.equals("::1");
  }

  private String from(String domain) {
    String from = source.findText(Setting.MAIL_FROM).orElse("wallet-sync@" + domain);
    // In a header and in SMTP's commands only ASCII is understood everywhere.
    if (Email.parse(from).isEmpty() || !from.chars().allMatch(c -> c < 0x80)) {
      throw SettingSource.bad(Setting.MAIL_FROM, "must be a bare e-mail address, in ASCII");
    }
    return from;
  }

  private String domain(Setting setting) {
    String domain = required(setting, "mailgun");
    if (!DOMAIN.matcher(domain).matches()) {
      throw SettingSource.bad(setting, "must be a domain, like mail.example.com");
    }
    return domain;
  }

  private String required(Setting setting, String transport) {
    return source
        .findText(setting)
        .orElseThrow(
            () -> SettingSource.bad(setting, "is needed with MAIL_TRANSPORT=" + transport));
  }

  private void refuse(Stream<Setting> settings, String problem) {
    settings
        .filter(source::isSet)
        .findFirst()
        .ifPresent(
            setting -> {
              throw SettingSource.bad(setting, problem);
            });
  }
}
