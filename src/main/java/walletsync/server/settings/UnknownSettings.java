package walletsync.server.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds names that were meant as settings and are none, as a misspelt limit is no limit. In the
 * settings file that is every other name. The environment belongs to others too: there it is a name
 * that nearly is a setting, or begins as only ours do.
 */
final class UnknownSettings {
  private static final List<String> OUR_PREFIXES =
      List.of("ACCOUNT_", "MAILGUN_", "SMTP_", "WEBSOCKET_", "WEBSOCKETS_");

  /** What Kubernetes sets for each service of a namespace, whatever the service's name. */
  private static final String SERVICE_LINK =
      ".*_SERVICE_(HOST|PORT)(_.*)?|.*_PORT(_[0-9]+_(TCP|UDP|SCTP)(_.*)?)?";

  private static final int LARGEST_TYPO = 2;
  private static final int SHORTEST_NAME = 8;

  private static final Set<String> KNOWN =
      Arrays.stream(Setting.values())
          .flatMap(UnknownSettings::names)
          .collect(Collectors.toUnmodifiableSet());

  private UnknownSettings() {}

  /**
   * @throws StartException naming the first one
   */
  static void refuse(Set<String> environment, Set<String> file) {
    for (String name : new TreeSet<>(file)) {
      if (!KNOWN.contains(name)) {
        throw unknown(name, "in the settings file");
      }
    }
    for (String name : new TreeSet<>(environment)) {
      if (!KNOWN.contains(name) && isMeantForUs(name)) {
        throw unknown(name, "in the environment");
      }
    }
  }

  /**
   * Whether a value is what Kubernetes puts into {@code SMTP_PORT} if a service is called smtp;
   * that is no setting, though the name is one.
   */
  static boolean isServiceLink(String value) {
    return value.matches("(tcp|udp|sctp)://\\S+");
  }

  private static boolean isMeantForUs(String name) {
    return !name.matches(SERVICE_LINK)
        && (nearest(name).isPresent() || OUR_PREFIXES.stream().anyMatch(name::startsWith));
  }

  private static StartException unknown(String name, String where) {
    return new StartException(
        "Unknown setting "
            + name
            + " "
            + where
            + nearest(name).map(it -> "; did you mean " + it + "?").orElse("."));
  }

  private static Optional<String> nearest(String name) {
    return KNOWN.stream()
        .filter(known -> known.length() >= SHORTEST_NAME)
        .filter(known -> distance(name, known) <= LARGEST_TYPO)
        .sorted()
        .findFirst();
  }

  /** How many letters have to be put in, left out or exchanged (Levenshtein). */
  private static int distance(String one, String other) {
    if (Math.abs(one.length() - other.length()) > LARGEST_TYPO) {
      return LARGEST_TYPO + 1;
    }
    int[] row = new int[other.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j - 1], row[j]) + 1);
      }
    }
    return row[other.length()];
  }

  private static Stream<String> names(Setting setting) {
    return setting.isSecret()
        ? Stream.of(setting.name(), setting.fileName())
        : Stream.of(setting.name());
  }
}
