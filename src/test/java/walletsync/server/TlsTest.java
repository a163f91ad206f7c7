package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.support.Await;
import walletsync.support.Http;
import walletsync.support.LogCapture;
import walletsync.support.RawConnection;
import walletsync.support.TestCertificate;
import walletsync.support.TestServer;

/** HTTPS from PEM files, which are read again when they change. */
class TlsTest {
  private static final String NAMES = "ip:127.0.0.1";

  @Test
  void theServerSpeaksTlsAndTakesNewFilesWithoutARestart(@TempDir Path folder) throws Exception {
    TestCertificate first = TestCertificate.of(NAMES, folder);
    TestCertificate second = TestCertificate.of(NAMES, folder);
    Path certificate = Files.copy(first.pem(), folder.resolve("tls.crt"));
    Path key = Files.copy(first.key(), folder.resolve("tls.key"));
    try (TestServer server = server(certificate, key)) {
      assertThat(shown(server, first)).isEqualTo(read(first));
      assertThat(catchThrowable(() -> shown(server, second)))
          .isInstanceOf(SSLHandshakeException.class);
      try (RawConnection plain = RawConnection.connect(server.port())) {
        plain.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").expectClosed();
      }

      // Half of the change: the new certificate does not fit the old key, and the old ones stay.
      try (LogCapture log = new LogCapture()) {
        replace(second.pem(), certificate, 1);
        Await.until(
            "the files were looked at",
            () -> log.lines().stream().anyMatch(line -> line.contains("do not fit")),
            60);
      }
      assertThat(shown(server, first)).isEqualTo(read(first));
      replace(second.key(), key, 2);
      Await.until("the new certificate is shown", () -> isShown(server, second), 60);
      assertThat(shown(server, second)).isEqualTo(read(second));
      assertThat(
              new Http(URI.create("http://127.0.0.1:" + server.managementPort()))
                  .metric("wallet_sync_certificate_expires_seconds"))
          .isEqualTo((double) read(second).getNotAfter().toInstant().getEpochSecond());
    }
  }

  @Test
  void aKeyThatIsNotTheCertificatesStopsTheStart(@TempDir Path folder) {
    TestCertificate one = TestCertificate.of(NAMES, folder);
    TestCertificate other = TestCertificate.of(NAMES, folder);
    assertThat(catchThrowable(() -> server(one.pem(), other.key())))
        .rootCause()
        .hasMessageContaining("the key is not the certificate's");
  }

  private static TestServer server(Path certificate, Path key) {
    return TestServer.allowAll()
        .with("TLS_CERT_FILE", certificate.toString())
        .with("TLS_KEY_FILE", key.toString())
        .with("MANAGEMENT_PORT", "0")
        .start();
  }

  /** The time of a file may be as coarse as a second. */
  private static void replace(Path by, Path file, int secondsAhead) throws IOException {
    Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(secondsAhead)));
  }

  private static boolean isShown(TestServer server, TestCertificate trusted) {
    try {
      return shown(server, trusted).equals(read(trusted));
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }

  /** The certificate that the server shows to somebody who trusts this one alone. */
  private static X509Certificate shown(TestServer server, TestCertificate trusted)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("trusted", read(trusted));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (Socket socket = context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      SSLSocket tls = (SSLSocket) socket;
      tls.setSoTimeout(20_000);
      tls.startHandshake();
      assertThat(tls.getSession().getProtocol()).isEqualTo("TLSv1.3");
      return (X509Certificate) tls.getSession().getPeerCertificates()[0];
    }
  }

  private static X509Certificate read(TestCertificate certificate)
      throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(certificate.pem())) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
