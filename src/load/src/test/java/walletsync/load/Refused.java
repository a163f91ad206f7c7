package walletsync.load;

/**
 * The way out when a simulation cannot run: one line for the person who started it, and no trace.
 */
final class Refused {
  private Refused() {}

  /**
   * Prints the reason and ends the process with code 1; what was started is stopped on the way.
   *
   * @return never; so that callers can write {@code throw}
   */
  static IllegalStateException because(String reason) {
    System.err.println("The simulation cannot run: " + reason);
    System.exit(1);
    return new IllegalStateException(reason);
  }
}
