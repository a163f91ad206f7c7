package walletsync.support;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A real SMTP server (SubEtha), which keeps the mails that it is handed. */
public final class TestRelay implements AutoCloseable {
  public static final String USERNAME = "wallet-sync";
  public static final String PASSWORD = "s3cr3t password";

  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private final SMTPServer server;

  /**
   * A mail that was handed over.
   *
   * @param from the sender of the envelope
   * @param to the recipient of the envelope
   * @param content headers and body, as they came
   */
  public record Delivery(String from, String to, String content) {}

  private TestRelay(Security security, Optional<TestCertificate> certificate) {
    SMTPServer.Builder builder =
        SMTPServer.port(0)
            .bindAddress(InetAddress.getLoopbackAddress())
            .hostName("relay.example.com")
            .insertReceivedHeaders(false)
            .messageHandler(
                (context, from, to, data) ->
                    deliveries.add(
                        new Delivery(from, to, new String(data, StandardCharsets.UTF_8))));
    switch (security) {
      case STARTTLS ->
          builder.requireTLS().startTlsSocketFactory(certificate.orElseThrow().context());
      case TLS -> builder.serverSocketFactory(certificate.orElseThrow().context());
      case NONE -> {}
    }
    if (security != Security.NONE) {
      builder
          .requireAuth()
          .authenticationHandlerFactory(
              new EasyAuthenticationHandlerFactory(
                  (username, password, context) -> {
                    logins.add(username);
                    if (!username.equals(USERNAME) || !password.equals(PASSWORD)) {
                      throw new LoginFailedException("535 no entry for " + username);
                    }
                  }));
    }
    server = builder.build();
    server.start();
  }

  private enum Security {
    STARTTLS,
    TLS,
    NONE
  }

  /** Takes mails after STARTTLS and a login. */
  public static TestRelay withStartTls(TestCertificate certificate) {
    return new TestRelay(Security.STARTTLS, Optional.of(certificate));
  }

  /** Takes mails in TLS from the first byte, after a login. */
  public static TestRelay withTls(TestCertificate certificate) {
    return new TestRelay(Security.TLS, Optional.of(certificate));
  }

  /** Takes mails from everybody, in clear. */
  public static TestRelay inClear() {
    return new TestRelay(Security.NONE, Optional.empty());
  }

  public int port() {
    return server.getPortAllocated();
  }

  public List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** The names under which somebody tried to log in. */
  public List<String> logins() {
    return List.copyOf(logins);
  }

  @Override
  public void close() {
    server.stop();
  }
}
