package walletsync.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.Map;

/**
 * What a command says on standard output: lines for people, or one JSON object a line for programs.
 * What users chose (addresses, device ids) reaches the terminal without characters that it would
 * obey.
 */
final class Printer {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final PrintWriter out;
  private final boolean json;

  Printer(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** A line that only people read. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more library
  void line(String format, Object... values) {
    if (!json) {
      out.println(clean(format.formatted(values)));
    }
  }

  /** An object that only programs read. */
  void object(Map<String, ?> object) {
    if (json) {
      try {
        out.println(JSON.writeValueAsString(object));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Replaces what moves a cursor, changes colours or turns the direction of writing. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean obeyed =
                  type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR
                      || type == Character.SURROGATE;
              if (obeyed) {
                clean.append("\\u{").append(Integer.toHexString(c)).append('}');
              } else {
                clean.appendCodePoint(c);
              }
            });
    return clean.toString();
  }
}
