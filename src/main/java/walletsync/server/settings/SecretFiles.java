package walletsync.server.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Secrets that stand in files of their own, as Docker and Kubernetes mount them: {@code
 * PGPASSWORD_FILE} names the file with the {@code PGPASSWORD}. One line end at its end is dropped.
 */
final class SecretFiles {
  private static final int MOST_BYTES = 64 * 1024;

  private SecretFiles() {}

  /** The value of a setting, from itself or from its file. */
  static Optional<String> value(Setting setting, Map<String, String> settings) {
    Optional<String> value = nonBlank(settings, setting.name());
    Optional<String> file =
        setting.isSecret() ? nonBlank(settings, setting.fileName()) : Optional.empty();
    if (value.isPresent() && file.isPresent()) {
      throw new StartException(
          "Settings " + setting + " and " + setting.fileName() + " contradict each other.");
    }
    return value.or(() -> file.map(path -> read(setting, path)));
  }

  private static Optional<String> nonBlank(Map<String, String> settings, String name) {
    return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
  }

  private static String read(Setting setting, String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MOST_BYTES) {
        throw new StartException("Setting " + setting.fileName() + " names a very large file.");
      }
      String secret = Files.readString(path, StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
      if (secret.isBlank()) {
        throw new StartException("Setting " + setting.fileName() + " names an empty file.");
      }
      return secret;
    } catch (IOException | InvalidPathException e) {
      throw new StartException(
          "Setting " + setting.fileName() + " names a file that cannot be read: " + file + ".", e);
    }
  }
}
