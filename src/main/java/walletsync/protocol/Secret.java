package walletsync.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Text that must never be printed: a password, a token, a link's code. {@link #toString()} is
 * {@code ***}, so that a record which holds one can be logged by mistake without harm.
 *
 * <p>Equality takes constant time for texts of equal length.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps a secret text, which is kept as it is: never trimmed, normalised or cut. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The text itself. Call this at the last moment, where it is hashed or sent. */
  public String reveal() {
    return value;
  }

  /** The text as UTF-8 bytes. */
  public byte[] utf8() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** The SHA-256 of {@link #utf8()}: what is stored of a token, which is random enough for that. */
  public byte[] sha256() {
    return Sha256.of(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(utf8(), secret.utf8());
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
