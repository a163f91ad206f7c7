package walletsync.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON body, before they are validated. A member that is {@code null}, empty text
 * or 0 counts as missing; a blank is content.
 */
public final class Fields {
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();

  /** Sets a text member; the last of several with one name wins. */
  public void put(String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      texts.remove(name);
    } else {
      texts.put(name, text);
    }
  }

  /** Sets a number member; the last of several with one name wins. */
  public void put(String name, long number) {
    if (number == 0) {
      numbers.remove(name);
    } else {
      numbers.put(name, number);
    }
  }

  /** The text of a member, or null when it is missing. */
  public @Nullable String text(String name) {
    return texts.get(name);
  }

  /** The number of a member, or 0 when it is missing. */
  public long number(String name) {
    return numbers.getOrDefault(name, 0L);
  }
}
