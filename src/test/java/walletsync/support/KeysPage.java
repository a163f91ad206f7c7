package walletsync.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The worked examples of {@code docs/keys.md}: in its code blocks, each line has a name, blanks and
 * a value.
 *
 * @param values by their names, in the order of the page
 */
public record KeysPage(Map<String, String> values) {
  private static final String FENCE = "```";

  public static KeysPage read() {
    Map<String, String> values = new LinkedHashMap<>();
    boolean inside = false;
    try {
      for (String line : Files.readAllLines(Path.of("docs", "keys.md"))) {
        if (line.startsWith(FENCE)) {
          inside = !inside;
        } else if (inside) {
          String[] nameAndValue = line.split(" {2,}", 2);
          if (values.put(nameAndValue[0], nameAndValue[1]) != null) {
            throw new AssertionError("Twice on the page: " + nameAndValue[0]);
          }
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new KeysPage(values);
  }

  public String value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
