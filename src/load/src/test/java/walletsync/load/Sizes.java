package walletsync.load;

/** System properties that make a simulation larger or smaller. All are bounded. */
final class Sizes {
  private Sizes() {}

  /**
   * A whole number; one that is none, or out of bounds, ends the program with a line that says so.
   *
   * @param name the system property, set with {@code -D}
   * @param usual what it is without that
   */
  static int number(String name, int usual, int least, int most) {
    String text = System.getProperty(name, "");
    if (text.isBlank()) {
      return usual;
    }
    int value = parsed(text);
    if (value < least || value > most) {
      throw Refused.because("-D%s must be a number from %d to %d".formatted(name, least, most));
    }
    return value;
  }

  private static int parsed(String text) {
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      return -1; // below every least
    }
  }

  /** The share of requests that may fail, in percent: {@code -Dfailed}. */
  static double failedPercent(int usual) {
    return number("failed", usual, 0, 100);
  }
}
