package walletsync.server.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where the server meets the network, and what it puts up with there.
 *
 * @param bindAddress the address to listen on
 * @param port the port to listen on; 0 takes a free one (for tests)
 * @param management where health and metrics are served; with the API where this is empty
 * @param tls certificate and key; plain HTTP where this is empty
 * @param trustedProxies the addresses whose word about a client's address is taken
 * @param proxyProtocol whether each connection begins with a header of HAProxy's PROXY protocol
 * @param maxConnections how many connections may be open at a time
 * @param headerTimeout from the first byte of a request to the end of its headers
 * @param bodyTimeout from there to the end of its body
 * @param idleTimeout how long a connection may be silent
 * @param maxBodyBytes the largest request body
 */
public record EdgeSettings(
    String bindAddress,
    int port,
    Optional<Listen> management,
    Optional<Tls> tls,
    List<AddressRange> trustedProxies,
    boolean proxyProtocol,
    int maxConnections,
    Duration headerTimeout,
    Duration bodyTimeout,
    Duration idleTimeout,
    int maxBodyBytes) {

  /** An address and a port. */
  public record Listen(String address, int port) {}

  /**
   * PEM files (RFC 7468).
   *
   * @param certificate the certificate, followed by those of its issuers
   * @param key the private key, PKCS #8, without a password
   */
  public record Tls(Path certificate, Path key) {}
}
