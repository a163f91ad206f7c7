package walletsync.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import walletsync.bench.BenchAccount.Write;

/**
 * One kept connection that saves wallets of about 1 kB, one after the other. Plain blocking
 * HTTP/1.1, as anything more would take time away from the server.
 */
final class Writer implements AutoCloseable {
  private static final int WALLET_BYTES = 750; // 1000 characters of Base64
  private static final int TIMEOUT_MILLIS = 20_000;

  private final int port;
  private @Nullable Socket socket;
  private InputStream input = InputStream.nullInputStream();

  Writer(int port) {
    this.port = port;
  }

  /**
   * Saves the account's next wallet.
   *
   * @return the status; when it is 200 the account knows
   */
  int save(BenchAccount account) throws IOException {
    return send(account, request(account));
  }

  /** The request that saves the account's next wallet; to send the same one again is safe. */
  byte[] request(BenchAccount account) {
    // Random, as wallets are: they do not compress.
    byte[] wallet = new byte[WALLET_BYTES];
    ThreadLocalRandom.current().nextBytes(wallet);
    String body =
        "{\"token\":\"%s\",\"encryptedWallet\":\"%s\",\"sequence\":%d,\"hmac\":\"hmac\"}"
            .formatted(
                account.token(0),
                Base64.getEncoder().encodeToString(wallet),
                account.sequence() + 1);
    String head =
        "POST /api/3/wallet HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d\r\n\r\n"
            .formatted(port, body.length());
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  /** Sends a request, and reads its answer. */
  int send(BenchAccount account, byte[] request) throws IOException {
    try {
      Socket connected = connected();
      long sent = System.nanoTime();
      connected.getOutputStream().write(request);
      int status = answer();
      if (status == 200) {
        account.accepted(new Write(account.sequence() + 1, sent, System.nanoTime()));
      }
      return status;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Socket connected() throws IOException {
    Socket connected = socket;
    if (connected == null) {
      connected = new Socket();
      socket = connected;
      connected.setTcpNoDelay(true);
      connected.setSoTimeout(TIMEOUT_MILLIS);
      connected.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      input = new BufferedInputStream(connected.getInputStream());
    }
    return connected;
  }

  private int answer() throws IOException {
    int status = Integer.parseInt(line().substring(9, 12));
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).trim());
      }
    }
    input.skipNBytes(length);
    return status;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0) {
        throw new IOException("the connection was lost");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
