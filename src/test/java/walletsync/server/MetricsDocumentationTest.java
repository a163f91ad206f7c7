package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.PushSocket;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** The table of metrics that operators read is what a server exports. */
class MetricsDocumentationTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private static final Path DOCUMENT = Path.of("docs", "operations.md");
  private static final List<String> HEADER = List.of("Metric", "Type", "Labels", "Meaning");
  private static final Pattern NAME = Pattern.compile("wallet_sync_[a-z_]*[a-z]");
  private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") ([a-z]+)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  /** A histogram's own label, and what its samples' names end with. */
  private static final String BUCKET_LABEL = "le";

  private static String exported = "";

  /**
   * What the tables say of a metric.
   *
   * @param labels separated by commas
   */
  private record Metric(String type, String labels) {}

  @BeforeAll
  static void someTrafficGoesBy() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    laptop.post("wallet", 1, "hmac").expect(200);
    laptop.post("another", 1, "hmac").expect(409);
    server.http().get("/no/such/path").expect(404);
    try (PushSocket socket = PushSocket.open(laptop)) {
      socket.awaitSequence(1);
      exported = server.http().get("/metrics").expect(200).body();
    }
  }

  @Test
  void theTableHasEveryMetricWithItsTypeAndNothingElse() throws IOException {
    Map<String, String> types = new TreeMap<>();
    exported
        .lines()
        .map(TYPE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> types.put(line.group(1), line.group(2)));

    assertThat(types).hasSizeGreaterThan(10);
    assertThat(documented().entrySet().stream().map(it -> it.getKey() + " " + it.getValue().type))
        .containsExactlyInAnyOrderElementsOf(
            types.entrySet().stream().map(it -> it.getKey() + " " + it.getValue()).toList());
  }

  /** But for errors of websockets, of which there are none here. */
  @Test
  void theTableHasTheLabelsOfEachMetric() throws IOException {
    Map<String, Metric> documented = documented();
    assertThat(documented.remove("wallet_sync_error_count"))
        .isEqualTo(new Metric("counter", "error_type"));

    documented.forEach(
        (name, metric) -> {
          List<String> samples = samples(name, metric.type);
          assertThat(samples).as(name).isNotEmpty();
          assertThat(samples)
              .as(name)
              .allSatisfy(sample -> assertThat(labels(sample)).isEqualTo(metric.labels));
        });
  }

  @Test
  void everyMetricThatIsNamedAnywhereInTheDocumentIsOneOfTheTable() throws IOException {
    Collection<String> known = documented().keySet();

    assertThat(NAME.matcher(Files.readString(DOCUMENT)).results().map(it -> it.group()))
        .allMatch(
            name ->
                known.contains(name)
                    || known.contains(name.replaceFirst("_(bucket|count|sum)$", ""))
                    || known.stream().anyMatch(it -> it.startsWith(name + "_")));
  }

  private static List<String> samples(String name, String type) {
    String suffix = type.equals("histogram") ? "_(bucket|count|sum)" : "";
    return exported.lines().filter(line -> line.matches(name + suffix + "[{ ].*")).toList();
  }

  private static String labels(String sample) {
    return LABEL
        .matcher(sample)
        .results()
        .map(label -> label.group(1))
        .filter(label -> !label.equals(BUCKET_LABEL))
        .collect(
            Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new), Object::toString))
        .replaceAll("[\\[\\] ]", "");
  }

  private static Map<String, Metric> documented() throws IOException {
    List<List<String>> table =
        Files.readAllLines(DOCUMENT).stream()
            .dropWhile(line -> !cells(line).equals(HEADER))
            .takeWhile(line -> line.startsWith("|"))
            .map(MetricsDocumentationTest::cells)
            .skip(2)
            .toList();
    Map<String, Metric> metrics = new TreeMap<>();
    for (List<String> row : table) {
      assertThat(row).hasSameSizeAs(HEADER);
      assertThat(row.get(3)).as(row.get(0)).isNotBlank();
      String labels =
          Stream.of(row.get(2).split(",", -1))
              .map(String::trim)
              .sorted()
              .collect(Collectors.joining(","));
      assertThat(metrics.put(row.get(0), new Metric(row.get(1), labels))).as(row.get(0)).isNull();
    }
    return metrics;
  }

  private static List<String> cells(String line) {
    return line.startsWith("|")
        ? Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
            .map(cell -> cell.trim().replace("`", ""))
            .toList()
        : List.of();
  }
}
