package walletsync.server.settings;

/**
 * The least important lines that are logged; the constants carry the values of {@code LOG_LEVEL}.
 */
public enum LogLevel {
  ERROR("error"),
  WARN("warn"),
  INFO("info"),
  DEBUG("debug"),
  TRACE("trace");

  private final String text;

  LogLevel(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
