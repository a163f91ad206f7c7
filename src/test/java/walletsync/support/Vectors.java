package walletsync.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The golden vectors in {@code vectors.json}: what the original server and its clients do. */
public final class Vectors {
  private static final JsonNode ALL = read();

  private Vectors() {}

  /** A group of vectors by its name. */
  public static JsonNode of(String group) {
    return Objects.requireNonNull(ALL.get(group), group);
  }

  private static JsonNode read() {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
