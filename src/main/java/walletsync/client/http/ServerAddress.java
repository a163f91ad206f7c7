package walletsync.client.http;

import java.net.URI;
import java.util.Locale;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * Where a server is.
 *
 * @param uri scheme, host, port, perhaps a path; without a slash at the end
 */
public record ServerAddress(URI uri) {

  /** A server on this machine. */
  public static ServerAddress local(int port) {
    return of("http://127.0.0.1:" + port, false);
  }

  /**
   * Reads an address. Without TLS everybody on the way could take the session, so plain http goes
   * to this machine only, unless that is insisted on.
   *
   * @throws ClientException with {@link Problem#USAGE} if it is no address of a server
   */
  public static ServerAddress of(String text, boolean plainHttpAnywhere) {
    URI uri;
    try {
      uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    } catch (IllegalArgumentException e) {
      throw notAnAddress();
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https"))
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw notAnAddress();
    }
    if (scheme.equals("http") && !plainHttpAnywhere && !isLoopback(uri.getHost())) {
      throw new ClientException(
          Problem.USAGE,
          "Plain http to another machine shows the session to everybody on the way. Use https.");
    }
    return new ServerAddress(uri);
  }

  /** The address of a path of the API, with a query or without. */
  public URI resolve(String pathAndQuery) {
    return URI.create(uri + pathAndQuery);
  }

  /** The same for websockets. */
  public URI resolveWebSocket(String pathAndQuery) {
    return URI.create("ws" + uri.toString().substring("http".length()) + pathAndQuery);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private static ClientException notAnAddress() {
    return new ClientException(
        Problem.USAGE, "The server's address must be like https://wallets.example.com.");
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
