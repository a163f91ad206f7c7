package walletsync.server.db.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import walletsync.server.settings.StartException;

/** A port that was free a moment ago; whoever is faster may still take it. */
final class FreePort {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private FreePort() {}

  static int find() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartException(
          "There is no free port on 127.0.0.1 for the embedded Postgres: " + e.getMessage(), e);
    }
  }
}
