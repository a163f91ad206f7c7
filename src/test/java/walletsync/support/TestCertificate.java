package walletsync.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate with its key, made by the JDK's keytool.
 *
 * @param context for a server that shows it
 * @param pem the file for a client that is to trust it
 * @param key the file with the private key
 */
public record TestCertificate(SSLContext context, Path pem, Path key) {
  private static final String PASSWORD = "changeit";

  /**
   * Makes one.
   *
   * @param names what it is good for, as {@code ip:127.0.0.1}
   * @param folder where its files go
   */
  public static TestCertificate of(String names, Path folder) {
    try {
      Path store = Files.createTempDirectory(folder, "certificate").resolve("store.p12");
      keytool(store, names);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      String base64 =
          Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(keys.getCertificate("test").getEncoded());
      Path pem =
          Files.writeString(
              store.resolveSibling("certificate.pem"),
              "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
      Path key =
          Files.writeString(
              store.resolveSibling("key.pem"),
              "-----BEGIN PRIVATE KEY-----\n"
                  + Base64.getMimeEncoder(64, new byte[] {'\n'})
                      .encodeToString(keys.getKey("test", PASSWORD.toCharArray()).getEncoded())
                  + "\n-----END PRIVATE KEY-----\n");
      return new TestCertificate(context, pem, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path store, String names) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + names,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool failed");
    }
  }
}
