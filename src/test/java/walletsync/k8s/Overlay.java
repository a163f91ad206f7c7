package walletsync.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What {@code kubectl kustomize} makes of a folder: what a cluster is given.
 *
 * @param folder below {@code k8s}
 */
record Overlay(String folder, List<Manifest> manifests) {
  private static final int SECONDS = 30;
  private static final Map<String, Overlay> RENDERED = new ConcurrentHashMap<>();

  /** Whether this machine has it. */
  static boolean canRender() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(path -> Files.isExecutable(Path.of(path, "kubectl")));
  }

  /** Rendered once for all tests. */
  static Overlay render(String folder) {
    return RENDERED.computeIfAbsent(folder, Overlay::rendered);
  }

  private static Overlay rendered(String folder) {
    try {
      Path output = Files.createTempFile("kustomize", ".yaml");
      try {
        Process process =
            new ProcessBuilder("kubectl", "kustomize", "k8s/" + folder)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new AssertionError("kubectl kustomize k8s/" + folder + ": " + text);
        }
        return new Overlay(folder, Manifest.read(folder, text));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The only object of a kind whose name begins so. */
  <T> T only(Class<T> type, String name) {
    List<T> found =
        manifests.stream()
            .filter(it -> it.kind().equals(type.getSimpleName()) && it.name().startsWith(name))
            .map(it -> it.as(type))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(folder + " has not one " + type.getSimpleName() + " " + name);
    }
    return found.get(0);
  }

  boolean has(String kind) {
    return manifests.stream().anyMatch(it -> it.kind().equals(kind));
  }
}
