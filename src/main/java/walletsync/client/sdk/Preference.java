package walletsync.client.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * One preference: a value of any JSON type and the time at which it was set.
 *
 * @param entry the object as it stands in the wallet, with members {@code value} and {@code ts} in
 *     either order
 */
public record Preference(JsonNode entry) {
  public Preference {
    JsonNode ts = entry.path("ts");
    if (!entry.has("value") || !ts.isNumber() || !Double.isFinite(ts.doubleValue())) {
      throw new ClientException(
          Problem.UNREADABLE, "A preference of the wallet has no value or no time.");
    }
  }

  /**
   * A preference that is set now.
   *
   * @param seconds whole seconds since 1970
   */
  public static Preference of(JsonNode value, long seconds) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.set("value", value);
    entry.set("ts", whole(seconds));
    return new Preference(entry);
  }

  /** The value; JSON's null is a value like any other. */
  public JsonNode value() {
    return entry.path("value");
  }

  /** Seconds since 1970; old wallets have fractions. */
  public BigDecimal seconds() {
    JsonNode ts = entry.path("ts");
    return ts.isFloatingPointNumber()
        ? BigDecimal.valueOf(ts.doubleValue())
        : new BigDecimal(ts.bigIntegerValue());
  }

  /** Whether the value is the same, whatever the time and the order of members within it. */
  public boolean sameValue(Preference other) {
    return value().equals(other.value());
  }

  /** Whether it was set before the other. */
  public boolean olderThan(Preference other) {
    return seconds().compareTo(other.seconds()) < 0;
  }

  /** Whether value and time are the same. */
  public boolean same(Preference other) {
    return sameValue(other) && seconds().compareTo(other.seconds()) == 0;
  }

  /**
   * This value with a time that beats the other's in a merge by timestamps; unchanged where it does
   * already.
   */
  public Preference newerThan(Preference other) {
    return other.olderThan(this) ? this : withSeconds(other.nextSecond());
  }

  /** The first whole second after it was set. */
  public long nextSecond() {
    try {
      return seconds().setScale(0, RoundingMode.FLOOR).longValueExact() + 1;
    } catch (ArithmeticException e) {
      throw new ClientException(
          Problem.UNREADABLE, "A preference of the wallet has an impossible time.");
    }
  }

  /** Not the value: it is the person's. */
  @Override
  public String toString() {
    return "Preference[***]";
  }

  private Preference withSeconds(long seconds) {
    ObjectNode changed = entry.deepCopy();
    changed.set("ts", whole(seconds));
    return new Preference(changed);
  }

  /** As the parser makes them, so that equal numbers are equal nodes. */
  private static JsonNode whole(long seconds) {
    return PythonJson.parse(Long.toString(seconds));
  }
}
