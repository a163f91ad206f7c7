package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.SmtpSecurity;
import walletsync.server.settings.StartException;

/**
 * Hands mails to a relay by SMTP (RFC 5321), encrypted by STARTTLS (RFC 3207) or from the start.
 */
final class Smtp implements MailSender {
  /** In the encrypted connection there is no use for the older ways of hiding a password. */
  private static final String LOGIN_METHODS = "PLAIN LOGIN";

  private final Vertx vertx;
  private final MailClient client;
  private final Optional<Path> caFile;

  /**
   * @param ownHost the name by which this server greets the relay
   * @param connections how many mails are sent at a time
   * @param timeout how long connecting may take, and each silence of the relay
   */
  Smtp(Vertx vertx, MailSettings.Smtp settings, String ownHost, int connections, Duration timeout) {
    this.vertx = vertx;
    this.caFile = settings.caFile();
    this.client = MailClient.create(vertx, config(settings, ownHost, connections, timeout));
  }

  private static MailConfig config(
      MailSettings.Smtp settings, String ownHost, int connections, Duration timeout) {
    MailConfig config =
        new MailConfig()
            .setHostname(settings.host())
            .setPort(settings.port())
            .setSsl(settings.security() == SmtpSecurity.TLS)
            .setStarttls(
                settings.security() == SmtpSecurity.STARTTLS
                    ? StartTLSOptions.REQUIRED
                    : StartTLSOptions.DISABLED)
            .setLogin(settings.login().isPresent() ? LoginOption.REQUIRED : LoginOption.DISABLED)
            .setAuthMethods(LOGIN_METHODS)
            .setOwnHostname(ownHost)
            .setMaxPoolSize(connections)
            // Mails are rare. A connection that was kept may be dead, and then it is unknown
            // whether the mail on it was sent.
            .setKeepAlive(false)
            .setConnectTimeout((int) timeout.toMillis())
            .setSslHandshakeTimeout(timeout.toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            // The client waits for answers without a limit of its own.
            .setIdleTimeout((int) timeout.toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    // The algorithm that compares the certificate with the host must not be set here: the client
    // (5.0.8) sets it to HTTPS where it is missing, and switches it off where it is there.
    settings
        .login()
        .ifPresent(
            login -> config.setUsername(login.username()).setPassword(login.password().reveal()));
    settings
        .caFile()
        .ifPresent(
            file -> config.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    return config;
  }

  @Override
  public Future<Void> start() {
    return vertx.executeBlocking(
        () -> {
          caFile.ifPresent(Smtp::checkCertificates);
          return null;
        });
  }

  private static void checkCertificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        return;
      }
    } catch (IOException e) {
      throw new StartException("Setting SMTP_CA_FILE names a file that cannot be read: " + file, e);
    } catch (CertificateException e) {
      throw noCertificates(file, e);
    }
    throw noCertificates(file, new CertificateException("empty"));
  }

  private static StartException noCertificates(Path file, CertificateException cause) {
    return new StartException(
        "Setting SMTP_CA_FILE names a file that holds no certificates in PEM: " + file, cause);
  }

  @Override
  public Future<Void> send(Mail mail) {
    String to = Recipient.withAsciiDomain(mail.to());
    if (!Recipient.isAscii(to)) {
      // The mail client does not speak SMTPUTF8 (RFC 6531), and few relays do.
      throw MailException.notSent("the recipient's name is not in ASCII, which SMTP cannot carry");
    }
    return client
        .sendMail(mail.toMime(to))
        .recover(failure -> Future.failedFuture(explain(failure)))
        .mapEmpty();
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }

  private static MailException explain(Throwable failure) {
    if (failure instanceof SMTPException refused) {
      // A code from 400 on, whichever command it answers, says that the mail is not accepted.
      int code = refused.getReplyCode();
      return MailException.notSent("the SMTP server answered " + code + hint(code));
    }
    String name = MailException.nameOf(failure);
    if (failure instanceof ConnectException || failure instanceof UnknownHostException) {
      return MailException.notSent("the SMTP server cannot be reached: " + name);
    }
    if (failure instanceof SSLException) {
      return MailException.notSent("the SMTP server's encryption or certificate is bad: " + name);
    }
    String message = String.valueOf(failure.getMessage());
    if (message.startsWith("STARTTLS required")) {
      return MailException.notSent("the SMTP server offers no STARTTLS: see SMTP_SECURITY");
    }
    if (message.startsWith("login is required")) {
      return MailException.notSent("the SMTP server offers no login by PLAIN or LOGIN");
    }
    return MailException.unknown("the SMTP server did not answer: " + name);
  }

  private static String hint(int code) {
    return code == 530 || code == 534 || code == 535 ? ": see SMTP_USERNAME and SMTP_PASSWORD" : "";
  }
}
