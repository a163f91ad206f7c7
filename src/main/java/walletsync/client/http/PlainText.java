package walletsync.client.http;

/** Text from elsewhere, made fit for a terminal. */
public final class PlainText {
  private static final int MAX_LENGTH = 200;

  private PlainText() {}

  /** One line without control characters, of at most 200 characters. */
  public static String line(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}
