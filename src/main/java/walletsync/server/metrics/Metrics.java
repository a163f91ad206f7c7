package walletsync.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The meters of one server, in Prometheus' text format 0.0.4. What each means stands in {@code
 * docs/operations.md}. Thread-safe; labels never carry what a client has sent.
 */
public final class Metrics implements AutoCloseable {
  /** Names of meters begin so. */
  private static final String PREFIX = "wallet.sync.";

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final RequestCounts requests = new RequestCounts();
  private final Map<Answered, Timer> answers = new ConcurrentHashMap<>();
  private final Collection<Supplier<Number>> counted = new ConcurrentLinkedQueue<>();
  private final JvmGcMetrics collections = new JvmGcMetrics();

  /** What tells one histogram of answers from another. */
  private record Answered(String endpoint, int status) {}

  /** With the meters of the JVM. */
  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** The counters by the names of the original server. */
  public RequestCounts requests() {
    return requests;
  }

  /**
   * Notes an answer.
   *
   * @param endpoint its path, or one word for what has none
   * @param nanos from the end of the request's headers to the answer
   */
  public void answered(String endpoint, int status, long nanos) {
    answers
        .computeIfAbsent(new Answered(endpoint, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Shows a number whenever it is asked for.
   *
   * @param name after the prefix, with dots between its words
   */
  public void gauge(String name, String help, Supplier<Number> value, String... tags) {
    Gauge.builder(PREFIX + name, value)
        .description(help)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /** Shows a number that only rises, whenever it is asked for. */
  public void count(String name, String help, Supplier<Number> value, String... tags) {
    counted.add(value); // the meter itself holds it weakly, and would fall back to 0
    FunctionCounter.builder(PREFIX + name, value, it -> it.get().doubleValue())
        .description(help)
        .tags(tags)
        .register(registry);
  }

  /** A number that only rises. */
  public Counter counter(String name, String help, String... tags) {
    return Counter.builder(PREFIX + name).description(help).tags(tags).register(registry);
  }

  /** All of it, for Prometheus. */
  public String prometheusText() {
    return requests.prometheusText() + registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private Timer timer(Answered answered) {
    return Timer.builder(PREFIX + "request.duration")
        .description("Seconds from the end of a request's headers to its answer")
        .tags("endpoint", answered.endpoint, "status", String.valueOf(answered.status))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
