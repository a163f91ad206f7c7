package walletsync.server.metrics;

import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

  /** What can go wrong with a websocket. */
  public enum SocketError {
    NOTIFY("ws-client-notify"),
    REMOVE("ws-user-remove");

    private final String label;

    SocketError(String label) {
      this.label = label;
    }
  }

  /**
   * Counts a request, before any check.
   *
   * @param endpoint the first segment of its path below the API's
   */
  public void request(HttpMethod method, String endpoint) {
    add(requests, "method=\"%s\",endpoint=\"%s\"".formatted(label(method), endpoint));
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
    add(errors, "error_type=\"%s\"".formatted(error.label));
  }

  String prometheusText() {
    return family("wallet_sync_requests_count", "Requests by method and endpoint", requests)
        + family("wallet_sync_error_count", "Errors by type", errors);
  }

  private static void add(Map<String, LongAdder> family, String labels) {
    family.computeIfAbsent(labels, key -> new LongAdder()).increment();
  }

  private static String family(String name, String help, Map<String, LongAdder> values) {
    return "# HELP %s %s\n# TYPE %s counter\n".formatted(name, help, name)
        + new TreeMap<>(values)
            .entrySet().stream()
                .map(e -> "%s{%s} %d\n".formatted(name, e.getKey(), e.getValue().sum()))
                .collect(Collectors.joining());
  }
}
