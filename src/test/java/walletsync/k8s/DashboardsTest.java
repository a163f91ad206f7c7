package walletsync.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** The dashboard and the alerts ask for what a server exports, and do what they say. */
class DashboardsTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private static final Path DASHBOARD = Path.of("k8s/overlays/observability/wallet-sync.json");
  private static final Path PRODUCTION = Path.of("k8s/overlays/production");
  private static final Path OPERATIONS = Path.of("docs/operations.md");
  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  /** What Prometheus adds itself. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  private static final Set<String> LABELS_OF_PROMETHEUS =
      Set.of("job", "namespace", "pod", "instance");

  private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)?\\{([^}]*)}");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+) ?(?:=~|!~|!=|=)");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left) ?\\(([^)]*)\\)");
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*(?![a-z0-9_(])(?! *\\()");
  private static final Set<String> WORDS = Set.of("or", "and", "unless", "bool");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)})? .*");

  /** Each metric with its labels, as a server with some traffic exports them. */
  private static final Map<String, Set<String>> EXPORTED = new TreeMap<>();

  @BeforeAll
  static void someTrafficGoesBy() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    laptop.post("wallet", 1, "hmac").expect(200);
    try (PushSocket socket = PushSocket.open(laptop)) {
      socket.awaitSequence(1);
      Await.until(
          "a collection of garbage is exported",
          () -> {
            System.gc();
            return metrics().contains("jvm_gc_pause_seconds_max");
          });
      String exported = metrics();
      exported.lines().map(SAMPLE::matcher).filter(Matcher::matches).forEach(DashboardsTest::add);
      // There is a sample only once there was an error.
      assertThat(exported).contains("# TYPE wallet_sync_error_count counter");
      EXPORTED.put("wallet_sync_error_count", Set.of("error_type"));
    }
  }

  static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    for (JsonNode panel : dashboard().get("panels")) {
      panel.path("targets").forEach(target -> all.add(target.get("expr").asText()));
    }
    rules().forEach(rule -> all.add(rule.getExpr().getStrVal()));
    return all;
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void everyExpressionAsksForWhatIsExported(String expression) {
    assertThat(unknown(expression)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rate(wallet_sync_websocket[5m])",
        "wallet_sync_websockets{colour=\"red\"}",
        "sum by (colour) (wallet_sync_websockets)",
        "up and wallet_sync_nothing > 0"
      })
  void whatIsNotExportedIsFound(String planted) {
    assertThat(unknown(planted)).hasSize(1);
  }

  @Test
  void theDashboardCanBeLoadedAndEveryPanelAsksForSomething() throws IOException {
    JsonNode dashboard = dashboard();
    assertThat(dashboard.get("uid").asText()).isNotBlank();
    assertThat(dashboard.get("panels")).hasSizeGreaterThan(10);
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).isTrue();
      if (!panel.get("type").asText().equals("row")) {
        assertThat(panel.get("title").asText()).isNotBlank();
        assertThat(panel.get("targets")).isNotEmpty();
        assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
      }
    }
  }

  @Test
  void everyAlertHasItsEntryInTheRunbookAndEveryEntryItsAlert() throws IOException {
    List<String> entries =
        Files.readAllLines(OPERATIONS).stream()
            .filter(line -> line.startsWith("### WalletSync"))
            .map(line -> line.substring(4))
            .toList();

    assertThat(rules()).extracting(Rule::getAlert).containsExactlyInAnyOrderElementsOf(entries);
    assertThat(rules())
        .allSatisfy(
            rule -> {
              assertThat(rule.getLabels().get("severity")).isIn("critical", "warning");
              assertThat(rule.getAnnotations().get("summary")).isNotBlank();
              assertThat(rule.getAnnotations().get("runbook"))
                  .isEqualTo("docs/operations.md#" + rule.getAlert().toLowerCase(Locale.ROOT));
            });
  }

  static boolean promtoolIsThere() {
    return Files.isExecutable(PROMTOOL);
  }

  @Test
  @EnabledIf("promtoolIsThere")
  void prometheusTakesTheRulesAndTheyFireWhenTheyShould(@TempDir Path folder) throws Exception {
    JsonNode groups = rule().tree().get("spec");
    new YAMLMapper().writeValue(folder.resolve("rules.yaml").toFile(), groups);
    Files.copy(PRODUCTION.resolve("prometheusrule-test.yaml"), folder.resolve("test.yaml"));

    assertThat(promtool(folder, "check", "rules", "rules.yaml")).contains("SUCCESS");
    assertThat(promtool(folder, "test", "rules", "test.yaml")).contains("SUCCESS");
  }

  private static String promtool(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended && process.exitValue() == 0).as(text).isTrue();
    return text;
  }

  /** Names of metrics, and labels, that nothing exports. */
  private static Set<String> unknown(String expression) {
    Set<String> unknown = new TreeSet<>();
    Set<String> labels = new TreeSet<>(LABELS_OF_PROMETHEUS);
    String bare = expression.replaceAll("\\[[^]]*]", "");
    Matcher selectors = SELECTOR.matcher(bare);
    while (selectors.find()) {
      String matchers = selectors.group(2).replaceAll("\"[^\"]*\"", "");
      Set<String> known = EXPORTED.getOrDefault(selectors.group(1), Set.of());
      LABEL
          .matcher(matchers)
          .results()
          .map(it -> it.group(1))
          .filter(it -> !known.contains(it) && !LABELS_OF_PROMETHEUS.contains(it))
          .forEach(unknown::add);
    }
    bare = SELECTOR.matcher(bare).replaceAll("$1");
    EXPORTED.values().forEach(labels::addAll);
    GROUPING
        .matcher(bare)
        .results()
        .flatMap(it -> Stream.of(it.group(1).split(",", -1)))
        .map(String::trim)
        .filter(label -> !labels.contains(label))
        .forEach(unknown::add);
    bare = GROUPING.matcher(bare).replaceAll("(").replaceAll("\\b(by|on) ?\\(", "(");
    NAME.matcher(bare.replaceAll("[a-z_0-9]+ ?\\(", "("))
        .results()
        .map(it -> it.group())
        .filter(name -> !WORDS.contains(name) && !OF_PROMETHEUS.contains(name))
        .filter(name -> !EXPORTED.containsKey(name))
        .forEach(unknown::add);
    return unknown;
  }

  private static void add(Matcher sample) {
    Set<String> labels = EXPORTED.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
    if (sample.group(2) != null) {
      labels.addAll(
          Pattern.compile("([a-z_]+)=\"")
              .matcher(sample.group(2))
              .results()
              .map(it -> it.group(1))
              .collect(Collectors.toSet()));
    }
  }

  private static String metrics() {
    return server.http().get("/metrics").expect(200).body();
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(DASHBOARD.toFile());
  }

  private static List<Rule> rules() throws IOException {
    return rule().as(PrometheusRule.class).getSpec().getGroups().stream()
        .flatMap(group -> group.getRules().stream())
        .toList();
  }

  private static Manifest rule() throws IOException {
    Path file = PRODUCTION.resolve("prometheusrule.yaml");
    return Manifest.read(file.toString(), Files.readString(file)).get(0);
  }
}
