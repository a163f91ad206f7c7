package walletsync.server.metrics;

import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * The two counters of the original server, by their old names, in Prometheus' text format 0.0.4.
 * They carry no {@code _total} suffix, which a Prometheus library would add.
 */
public final class RequestCounts {
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.POST,
          HttpMethod.HEAD,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  private final Map<Request, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<SocketError, LongAdder> errors = new ConcurrentHashMap<>();

  private record Request(String method, String endpoint) {
    @Override
    public String toString() {
      return "method=\"%s\",endpoint=\"%s\"".formatted(method, endpoint);
    }
  }

  /** What can go wrong with a websocket. */
  public enum SocketError {
    NOTIFY("ws-client-notify"),
    REMOVE("ws-user-remove");

    private final String label;

    SocketError(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return "error_type=\"" + label + "\"";
    }
  }

  /**
   * Counts a request, before any check.
   *
   * @param endpoint the first segment of its path below the API's
   */
  public void request(HttpMethod method, String endpoint) {
    add(requests, new Request(label(method), endpoint));
  }

  /**
   * The name of a method as a label: anybody can invent methods, and a metric must not grow with
   * them.
   */
  public static String label(HttpMethod method) {
    return METHODS.contains(method) ? method.name() : "OTHER";
  }

  /** Counts a failure of a websocket. */
  public void error(SocketError error) {
    add(errors, error);
  }

  String prometheusText() {
    return family("wallet_sync_requests_count", "Requests by method and endpoint", requests)
        + family("wallet_sync_error_count", "Errors by type", errors);
  }

  private static <K> void add(Map<K, LongAdder> family, K labels) {
    family.computeIfAbsent(labels, key -> new LongAdder()).increment();
  }

  private static String family(String name, String help, Map<?, LongAdder> values) {
    return "# HELP %s %s\n# TYPE %s counter\n".formatted(name, help, name)
        + values.entrySet().stream()
            .map(e -> "%s{%s} %d\n".formatted(name, e.getKey(), e.getValue().sum()))
            .sorted()
            .collect(Collectors.joining());
  }
}
