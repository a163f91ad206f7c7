package walletsync.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import walletsync.protocol.Secret;

/** How verification mails are made and sent. */
public sealed interface MailSettings {

  /** The sender's address. */
  String from();

  /**
   * Each mail becomes a file.
   *
   * @param folder where the files go
   */
  record Outbox(String from, Path folder) implements MailSettings {}

  /**
   * Mails go to Mailgun's HTTP API.
   *
   * @param api the address of the API, without a path: that of the region which the domain is in
   * @param sendingDomain the domain that is set up at Mailgun
   * @param key the private key of the API
   */
  record Mailgun(String from, URI api, String sendingDomain, Secret key) implements MailSettings {}

  /**
   * Mails go to a relay that speaks SMTP.
   *
   * @param host name or address of the relay
   * @param port TCP port
   * @param security how the connection is encrypted
   * @param login the credentials; empty where the relay asks for none
   * @param caFile PEM file of the certificate authorities to trust, in place of the public ones
   */
  record Smtp(
      String from,
      String host,
      int port,
      SmtpSecurity security,
      Optional<Login> login,
      Optional<Path> caFile)
      implements MailSettings {}

  /** The credentials for a relay. */
  record Login(String username, Secret password) {}
}
