package walletsync.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each manifest has only fields that its kind has, with values of their types. */
class ManifestsTest {
  private static final Path FOLDER = Path.of("k8s");

  /** What is read by kustomize itself, or by promtool. */
  private static final Set<String> OTHERS =
      Set.of("kustomization.yaml", "prometheusrule-test.yaml");

  /** Their fields are names that somebody made up. */
  private static final Set<String> FREE =
      Set.of(
          "labels",
          "annotations",
          "matchLabels",
          "selector",
          "data",
          "requests",
          "limits",
          "parameters");

  static Stream<Manifest> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      List<Path> yaml =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !OTHERS.contains(file.getFileName().toString()))
              .sorted()
              .toList();
      return yaml.stream().flatMap(file -> Manifest.read(file.toString(), text(file)).stream());
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyManifestIsOneOfItsKind(Manifest manifest) {
    manifest.check();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void aMisspeltFieldIsFoundWhereverItStands(Manifest manifest) {
    JsonNode misspelt = manifest.tree().deepCopy();
    for (Field field : fields(misspelt, new ArrayList<>())) {
      JsonNode value = field.owner.get(field.name);
      field.owner.remove(field.name);
      field.owner.set(field.name + "z", value);
      assertThat(catchThrowable(() -> new Manifest("misspelt", misspelt).check()))
          .as(field.name)
          .isInstanceOf(IllegalArgumentException.class);
      field.owner.remove(field.name + "z");
      field.owner.set(field.name, value);
    }
  }

  @Test
  void theMessageNamesTheFile() {
    String planted =
        text(FOLDER.resolve("base/deployment.yaml"))
            .replace("terminationGracePeriodSeconds", "terminationGracePeriodSecond");

    assertThatThrownBy(() -> Manifest.read("deployment.yaml", planted).get(0).check())
        .hasMessageStartingWith("deployment.yaml: Deployment wallet-sync-server: ")
        .hasMessageContaining("Unrecognized field \"terminationGracePeriodSecond\"");
  }

  @Test
  void aValueOfAnotherTypeIsFound() {
    String text = text(FOLDER.resolve("base/deployment.yaml"));

    for (String planted :
        List.of(
            text.replace("replicas: 3", "replicas: three"),
            text.replace("replicas: 3", "replicas: \"3\""),
            text.replace("runAsNonRoot: true", "runAsNonRoot: \"yes\""),
            text.replace("path: /tmp", "path: 7").replace("mountPath: /tmp", "mountPath: 7"))) {
      assertThat(planted).isNotEqualTo(text);
      assertThatThrownBy(() -> Manifest.read("planted", planted).get(0).check())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private record Field(ObjectNode owner, String name) {}

  private static List<Field> fields(JsonNode node, List<Field> found) {
    if (node instanceof ObjectNode object) {
      for (String name : (Iterable<String>) object::fieldNames) {
        found.add(new Field(object, name));
        // A policy's "selector" of labels is free, an object with fields of its own is not.
        if (!FREE.contains(name) || object.get(name).has("matchLabels")) {
          fields(object.get(name), found);
        }
      }
    }
    node.elements()
        .forEachRemaining(
            element -> {
              if (node.isArray()) {
                fields(element, found);
              }
            });
    return found;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
