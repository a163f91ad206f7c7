package walletsync.server.settings;

/**
 * What carries events between processes; the constants carry the values of {@code PUSH_TRANSPORT}.
 */
public enum PushTransport {
  /** {@code LISTEN} and {@code NOTIFY} of the database that they share. */
  POSTGRES("postgres"),
  /** Nothing: for one process on its own. */
  NONE("none");

  private final String text;

  PushTransport(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
