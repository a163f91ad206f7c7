package walletsync.server.http;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code Prefer} header (RFC 7240). */
final class Prefer {
  private Prefer() {}

  /** Whether {@code return=minimal} is preferred, among other preferences perhaps. */
  static boolean minimal(MultiMap headers) {
    return elements(String.join(",", headers.getAll("Prefer"))).stream()
        .map(preference -> preference.split(";", 2)[0].split("=", 2))
        .filter(preference -> preference[0].trim().equalsIgnoreCase("return"))
        .findFirst() // of several with one name the first counts
        .map(preference -> preference.length > 1 ? preference[1].trim() : "")
        .filter(value -> value.equals("minimal") || value.equals("\"minimal\""))
        .isPresent();
  }

  /** The elements of a header's list, whose quoted parts may hold commas. */
  private static List<String> elements(String list) {
    List<String> elements = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ',' && !quoted) {
        elements.add(list.substring(start, i));
        start = i + 1;
      }
    }
    elements.add(list.substring(start));
    return elements;
  }
}
