package walletsync.client.sdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * JSON text as Python's {@code json} module reads and writes it, which the SDK hashes and encrypts:
 * ASCII only, lower-case escapes, a blank after each comma and colon, members in the order in which
 * they were inserted.
 */
public final class PythonJson {
  /** Python gives up at about this depth too. */
  private static final int MAX_DEPTH = 500;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
  }

  private static final Comparator<String> BY_CODE_POINTS =
      (a, b) -> {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return Arrays.compare(left, right);
      };

  private PythonJson() {}

  /**
   * Reads JSON. Of members with the same name the last wins, whole numbers keep all digits, and
   * {@code NaN} and {@code Infinity} are numbers.
   *
   * @throws ClientException with {@link Problem#UNREADABLE} if it is not JSON, is nested deeper
   *     than 500 levels, or has a number of more than 1000 characters. The message quotes nothing.
   */
  public static JsonNode parse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw new ClientException(Problem.UNREADABLE, "There is no JSON.");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new ClientException(Problem.UNREADABLE, "This is not JSON.");
    }
  }

  /** One line, members in their order: Python's default, which goes into hashes and containers. */
  public static String write(JsonNode node) {
    StringBuilder text = new StringBuilder();
    write(node, text);
    return text.toString();
  }

  /** Indented by four blanks, members sorted: as the SDK writes wallet files. */
  public static String writeSorted(JsonNode node) {
    StringBuilder text = new StringBuilder();
    writeSorted(node, text, "\n");
    return text.toString();
  }

  private static void write(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      String separator = "{";
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        text.append(separator);
        quote(member.getKey(), text);
        text.append(": ");
        write(member.getValue(), text);
        separator = ", ";
      }
      text.append(node.isEmpty() ? "{}" : "}");
    } else if (node.isArray()) {
      String separator = "[";
      for (JsonNode element : node) {
        text.append(separator);
        write(element, text);
        separator = ", ";
      }
      text.append(node.isEmpty() ? "[]" : "]");
    } else {
      writeScalar(node, text);
    }
  }

  private static void writeSorted(JsonNode node, StringBuilder text, String newLine) {
    String inner = newLine + "    ";
    if (node.isObject() && !node.isEmpty()) {
      List<String> names = new ArrayList<>();
      node.fieldNames().forEachRemaining(names::add);
      names.sort(BY_CODE_POINTS);
      String separator = "{";
      for (String name : names) {
        text.append(separator).append(inner);
        quote(name, text);
        text.append(": ");
        writeSorted(node.path(name), text, inner);
        separator = ",";
      }
      text.append(newLine).append('}');
    } else if (node.isArray() && !node.isEmpty()) {
      String separator = "[";
      for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); ) {
        text.append(separator).append(inner);
        writeSorted(elements.next(), text, inner);
        separator = ",";
      }
      text.append(newLine).append(']');
    } else {
      write(node, text);
    }
  }

  private static void writeScalar(JsonNode node, StringBuilder text) {
    if (node.isTextual()) {
      quote(node.textValue(), text);
    } else if (node.isFloatingPointNumber()) {
      text.append(PythonFloat.repr(node.doubleValue()));
    } else {
      text.append(node.asText());
    }
  }

  private static void quote(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c >= 0x20 && c <= 0x7e) {
            text.append(c);
          } else {
            text.append(String.format("\\u%04x", (int) c));
          }
        }
      }
    }
    text.append('"');
  }
}
