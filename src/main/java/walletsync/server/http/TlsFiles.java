package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.settings.EdgeSettings.Tls;

/**
 * Certificate and key, read again when their files change, as they do every few months. Files that
 * do not fit, perhaps since only one is written yet, leave the old ones in use.
 */
final class TlsFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

  private final Vertx vertx;
  private final Tls files;
  private final Consumer<Instant> expiry;
  private List<FileTime> read;
  private String lastFailure = "";

  private TlsFiles(Vertx vertx, Tls files, Consumer<Instant> expiry, List<FileTime> read) {
    this.vertx = vertx;
    this.files = files;
    this.expiry = expiry;
    this.read = read;
  }

  /**
   * Fails where the files cannot be read, or do not fit.
   *
   * @param expiry hears until when the certificate in use is good, now and with each new one
   */
  static Future<TlsFiles> read(Vertx vertx, Tls files, Consumer<Instant> expiry) {
    return vertx.executeBlocking(
        () -> {
          List<FileTime> read = changed(files);
          expiry.accept(requireThatTheyFit(vertx, files));
          return new TlsFiles(vertx, files, expiry, read);
        });
  }

  /** Lets a server that is not there yet use them. */
  HttpServerOptions applyTo(HttpServerOptions options) {
    return options
        .setSsl(true)
        .setKeyCertOptions(certificate())
        .setEnabledSecureTransportProtocols(PROTOCOLS);
  }

  private PemKeyCertOptions certificate() {
    return pem(files);
  }

  private static PemKeyCertOptions pem(Tls files) {
    return new PemKeyCertOptions()
        .setCertPath(files.certificate().toString())
        .setKeyPath(files.key().toString());
  }

  /** Looks at the files every so often. */
  void watch(HttpServer server, Duration interval) {
    vertx.setPeriodic(
        interval.toMillis(),
        timer ->
            vertx
                .executeBlocking(() -> changed(files), false)
                .compose(changed -> changed.equals(read) ? unchanged() : reload(server, changed))
                .onComplete(done -> complain(done.succeeded() ? "" : done.cause().toString())));
  }

  /** Once of the same thing, which may last for days. */
  private void complain(String failure) {
    if (!failure.isEmpty() && !failure.equals(lastFailure)) {
      LOG.warn("The TLS files do not fit, the old ones stay in use: {}", failure);
    }
    lastFailure = failure;
  }

  private static Future<Void> unchanged() {
    return Future.succeededFuture();
  }

  private Future<Void> reload(HttpServer server, List<FileTime> changed) {
    ServerSSLOptions options = new ServerSSLOptions().setKeyCertOptions(certificate());
    options.setEnabledSecureTransportProtocols(PROTOCOLS);
    return vertx
        .executeBlocking(() -> requireThatTheyFit(vertx, files), false)
        .compose(until -> server.updateSSLOptions(options, true).map(until))
        .onSuccess(
            until -> {
              read = changed;
              expiry.accept(until);
              LOG.info("The TLS certificate was read again");
            })
        .mapEmpty();
  }

  /**
   * A key that is not the certificate's would be found by every client, and by nobody here.
   *
   * @return until when the certificate is good
   */
  private static Instant requireThatTheyFit(Vertx vertx, Tls files) throws Exception {
    KeyManager[] managers = pem(files).getKeyManagerFactory(vertx).getKeyManagers();
    X509KeyManager keys = (X509KeyManager) managers[0];
    for (String type : List.of("RSA", "EC", "EdDSA")) {
      String @Nullable [] aliases = keys.getServerAliases(type, null);
      if (aliases != null && aliases.length > 0) {
        X509Certificate certificate = keys.getCertificateChain(aliases[0])[0];
        requireThatTheyFit(keys.getPrivateKey(aliases[0]), certificate.getPublicKey());
        return certificate.getNotAfter().toInstant();
      }
    }
    throw new GeneralSecurityException("neither RSA, EC nor EdDSA");
  }

  private static void requireThatTheyFit(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] anything = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(anything);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(anything);
    if (!signature.verify(signed)) {
      throw new SignatureException("the key is not the certificate's");
    }
  }

  private static List<FileTime> changed(Tls files) throws IOException {
    return List.of(
        Files.getLastModifiedTime(files.certificate()), Files.getLastModifiedTime(files.key()));
  }
}
