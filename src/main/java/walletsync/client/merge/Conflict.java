package walletsync.client.merge;

import java.util.Optional;
import walletsync.client.sdk.Preference;

/**
 * Two different changes of one preference.
 *
 * @param key the preference's name
 * @param base what it was when both sides were the same; empty if it did not exist
 * @param ours what this device made of it; empty if it was deleted here
 * @param theirs what others made of it; empty if it was deleted there
 */
public record Conflict(
    String key, Optional<Preference> base, Optional<Preference> ours, Optional<Preference> theirs) {

  /** Which side a preference is taken from. */
  public enum Side {
    OURS,
    THEIRS
  }

  /** What one side made of it. */
  public Optional<Preference> of(Side side) {
    return side == Side.OURS ? ours : theirs;
  }

  /** Only the name: values are the person's. */
  @Override
  public String toString() {
    return "Conflict[" + key + "]";
  }
}
