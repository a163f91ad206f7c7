package walletsync.server.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import walletsync.server.settings.AddressRange;

/**
 * Where a request comes from. What {@code X-Forwarded-For} says counts only as far as trusted
 * proxies have written it: from the right, the first address that is not one of theirs.
 */
final class ClientAddress {
  private final List<AddressRange> trusted;

  /**
   * @param trusted the addresses of proxies
   */
  ClientAddress(List<AddressRange> trusted) {
    this.trusted = trusted;
  }

  /** In digits. */
  String of(HttpServerRequest request) {
    String address = String.valueOf(request.remoteAddress().hostAddress());
    if (trusted.isEmpty() || !isTrusted(address)) {
      return address;
    }
    List<String> hops =
        List.of(String.join(",", request.headers().getAll("X-Forwarded-For")).split(",", -1));
    for (int i = hops.size() - 1; i >= 0; i--) {
      String hop = hops.get(i).trim();
      if (!AddressRange.isAddress(hop)) {
        return address; // written by nobody who knows
      }
      address = hop;
      if (!isTrusted(hop)) {
        return hop;
      }
    }
    return address;
  }

  private boolean isTrusted(String address) {
    return trusted.stream().anyMatch(range -> range.contains(address));
  }
}
