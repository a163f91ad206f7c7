package walletsync.server.settings;

/** How log lines look; the constants carry the values of {@code LOG_FORMAT}. */
public enum LogFormat {
  TEXT("text"),
  /** One JSON object a line, for programs that collect logs. */
  JSON("json");

  private final String text;

  LogFormat(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
