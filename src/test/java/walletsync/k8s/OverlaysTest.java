package walletsync.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.EdgeSettings;
import walletsync.server.settings.Settings;

/** What a cluster would be given, as a whole, fits together and fits the server. */
@EnabledIf("walletsync.k8s.Overlay#canRender")
class OverlaysTest {
  private static final String SERVER = "wallet-sync-server";

  /** What the server wants for its end beside STOP_DELAY_SECONDS and DRAIN_SECONDS. */
  private static final int REST_OF_STOP_SECONDS = 15;

  /**
   * Connections of each process beside its two pools: two for notifications, one for migrations.
   */
  private static final int OTHER_CONNECTIONS = 3;

  /** Left to the operator, to back-ups, and to people; Postgres keeps three for superusers. */
  private static final int RESERVED_CONNECTIONS = 30;

  static List<Overlay> servers() {
    return Stream.of("overlays/dev", "overlays/production", "podman").map(Overlay::render).toList();
  }

  static Stream<Manifest> manifests() {
    return Stream.concat(servers().stream(), Stream.of(Overlay.render("overlays/observability")))
        .flatMap(overlay -> overlay.manifests().stream());
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void whatKustomizeMakesIsOneOfItsKind(Manifest manifest) {
    manifest.check();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void theServerReadsTheSettingsThatItIsGiven(Overlay overlay, @TempDir Path folder)
      throws IOException {
    Settings settings = settings(overlay, folder);

    EdgeSettings edge = settings.edge();
    Container container = server(overlay);
    if (!overlay.folder().equals("podman")) {
      assertThat(port(container, "http")).isEqualTo(edge.port());
      assertThat(port(container, "management")).isEqualTo(edge.management().orElseThrow().port());
    }
    External database = (External) settings.database();
    assertThat(database.user()).isEqualTo("walletsync");
    assertThat(overlay.manifests())
        .as("what serves as %s", database.host())
        .anyMatch(it -> database.host().matches(it.name() + "(-rw)?"));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void theFileOfSettingsIsThatOfTheRepository(Overlay overlay) throws IOException {
    assertThat(overlay.only(ConfigMap.class, SERVER + "-conf").getData())
        .containsExactly(
            Map.entry("server.properties", Files.readString(Path.of("conf/server.properties"))));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aStopHasTheTimeThatItTakes(Overlay overlay, @TempDir Path folder) throws IOException {
    Settings settings = settings(overlay, folder);
    PodSpec pod = pod(overlay);
    long preStop = server(overlay).getLifecycle().getPreStop().getSleep().getSeconds();
    long drain = settings.push().drain().toSeconds();

    assertThat(pod.getTerminationGracePeriodSeconds())
        .isGreaterThanOrEqualTo(
            preStop + settings.stopDelay().toSeconds() + drain + REST_OF_STOP_SECONDS);
    assertThat(settings.stopDelay()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void noPodHasRightsThatItDoesNotNeed(Overlay overlay) {
    assertThat(overlay.only(ServiceAccount.class, SERVER).getAutomountServiceAccountToken())
        .isFalse();
    assertThat(overlay.manifests()).noneMatch(it -> it.kind().matches("(Cluster)?Role(Binding)?"));
    assertThat(overlay.manifests().stream().filter(it -> it.kind().equals("Deployment")))
        .isNotEmpty()
        .allSatisfy(
            it -> {
              PodSpec pod = it.as(Deployment.class).getSpec().getTemplate().getSpec();
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.getContainers())
                  .allSatisfy(
                      container -> {
                        var context = container.getSecurityContext();
                        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
                        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
                        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
                        assertThat(container.getResources().getLimits()).containsKey("memory");
                      });
            });
  }

  @Test
  void probesAskTheManagementPortAndOnlyReadinessAsksForTheDatabase() {
    Container container = server(Overlay.render("overlays/production"));

    assertThat(path(container.getReadinessProbe())).isEqualTo("management /health/ready");
    assertThat(path(container.getLivenessProbe())).isEqualTo("management /health/live");
    assertThat(path(container.getStartupProbe())).isEqualTo("management /health/live");
  }

  @Test
  void noPodIsMissedDuringARollingUpdateOrADrainOfANode() {
    Overlay overlay = Overlay.render("overlays/production");
    var strategy = deployment(overlay).getSpec().getStrategy().getRollingUpdate();

    assertThat(strategy.getMaxUnavailable().getIntVal()).isZero();
    assertThat(strategy.getMaxSurge().getIntVal()).isPositive();
    var budget = overlay.only(PodDisruptionBudget.class, SERVER).getSpec();
    assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
    assertThat(budget.getSelector()).isEqualTo(deployment(overlay).getSpec().getSelector());
    var autoscaler = overlay.only(HorizontalPodAutoscaler.class, SERVER).getSpec();
    assertThat(autoscaler.getScaleTargetRef().getName()).isEqualTo(SERVER);
    assertThat(autoscaler.getMinReplicas()).isGreaterThan(1);
    assertThat(deployment(overlay).getSpec().getReplicas()).as("left to the autoscaler").isNull();
    assertThat(pod(overlay).getTopologySpreadConstraints())
        .allSatisfy(
            spread ->
                assertThat(spread.getLabelSelector())
                    .isEqualTo(deployment(overlay).getSpec().getSelector()))
        .hasSize(2);
  }

  /** All pods, one more during an update, and twice that, as operations.md asks for. */
  @Test
  void thePoolsOfAllPodsFitIntoTheDatabase(@TempDir Path folder) throws IOException {
    Overlay production = Overlay.render("overlays/production");
    int pods =
        production.only(HorizontalPodAutoscaler.class, SERVER).getSpec().getMaxReplicas()
            + surge(production);
    Manifest cluster =
        production.manifests().stream().filter(it -> it.kind().equals("Cluster")).findAny().get();
    int most = cluster.tree().at("/spec/postgresql/parameters/max_connections").asInt();
    assertThat(2 * pods * connections(production, folder) + RESERVED_CONNECTIONS)
        .isLessThanOrEqualTo(most);

    Overlay dev = Overlay.render("overlays/dev");
    Deployment postgres = dev.only(Deployment.class, "wallet-sync-postgres");
    String argument =
        postgres.getSpec().getTemplate().getSpec().getContainers().get(0).getArgs().stream()
            .filter(it -> it.startsWith("max_connections="))
            .findAny()
            .orElseThrow();
    pods = deployment(dev).getSpec().getReplicas() + surge(dev);
    assertThat(2 * pods * connections(dev, folder) + RESERVED_CONNECTIONS)
        .isLessThanOrEqualTo(Integer.parseInt(argument.replaceAll(".*=", "")));
  }

  @Test
  void onlyTheApiCanBeReachedFromOutside() {
    Overlay overlay = Overlay.render("overlays/production");
    HTTPRoute route = overlay.only(HTTPRoute.class, SERVER);

    assertThat(route.getSpec().getRules())
        .isNotEmpty()
        .allSatisfy(
            rule -> {
              assertThat(rule.getMatches())
                  .isNotEmpty()
                  .allSatisfy(match -> assertThat(match.getPath().getValue()).startsWith("/api/"));
              assertThat(rule.getBackendRefs())
                  .allSatisfy(
                      backend -> {
                        assertThat(backend.getName()).isEqualTo(SERVER);
                        assertThat(backend.getPort()).isEqualTo(8090);
                      });
            });
    assertThat(overlay.manifests().stream().filter(it -> it.kind().equals("Service")))
        .extracting(it -> it.as(Service.class).getSpec().getType())
        .containsOnlyNulls(); // ClusterIP
    assertThat(overlay.has("Ingress")).isFalse();
  }

  @Test
  void theNetworkPolicyLetsOnlyMonitoringToTheManagementPort() {
    Overlay overlay = Overlay.render("overlays/production");
    var policy = overlay.only(NetworkPolicy.class, SERVER).getSpec();

    assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(policy.getIngress())
        .allSatisfy(
            rule -> {
              String port = rule.getPorts().get(0).getPort().getStrVal();
              String from =
                  rule.getFrom()
                      .get(0)
                      .getNamespaceSelector()
                      .getMatchLabels()
                      .get("kubernetes.io/metadata.name");
              assertThat(port + " from " + from)
                  .isIn("http from gateway", "management from monitoring");
            })
        .hasSize(2);
    // What it speaks to is what carries the labels of the database.
    JsonNode labels =
        overlay.manifests().stream()
            .filter(it -> it.kind().equals("Cluster"))
            .findAny()
            .orElseThrow()
            .tree()
            .at("/spec/inheritedMetadata/labels");
    assertThat(policy.getEgress().get(1).getTo().get(0).getPodSelector().getMatchLabels())
        .allSatisfy((name, value) -> assertThat(labels.path(name).asText()).isEqualTo(value));
  }

  private static int connections(Overlay overlay, Path folder) throws IOException {
    return 2 * settings(overlay, folder).databasePoolSize() + OTHER_CONNECTIONS;
  }

  private static int surge(Overlay overlay) {
    return deployment(overlay).getSpec().getStrategy().getRollingUpdate().getMaxSurge().getIntVal();
  }

  /** As the server reads them; files that are mounted there have to be made here. */
  private static Settings settings(Overlay overlay, Path folder) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Map<String, String> environment =
        new HashMap<>(overlay.only(ConfigMap.class, SERVER + "-settings").getData());
    environment.computeIfPresent("PGPASSWORD_FILE", (name, file) -> secret.toString());
    environment.computeIfPresent("PGSSLROOTCERT", (name, file) -> secret.toString());
    return Settings.load(environment, Optional.of(Path.of("conf/server.properties")));
  }

  private static Deployment deployment(Overlay overlay) {
    return overlay.only(Deployment.class, SERVER);
  }

  private static PodSpec pod(Overlay overlay) {
    return deployment(overlay).getSpec().getTemplate().getSpec();
  }

  private static Container server(Overlay overlay) {
    return pod(overlay).getContainers().get(0);
  }

  private static int port(Container container, String name) {
    return container.getPorts().stream()
        .filter(it -> it.getName().equals(name))
        .findAny()
        .orElseThrow()
        .getContainerPort();
  }

  private static String path(Probe probe) {
    return probe.getHttpGet().getPort().getStrVal() + " " + probe.getHttpGet().getPath();
  }
}
