package walletsync.client;

import java.util.Optional;
import walletsync.client.keys.Keys;
import walletsync.protocol.Secret;

/**
 * What one password stands for. A value, so that an operation which began with it ends with it,
 * whatever other threads set meanwhile.
 *
 * @param password as the person typed it
 * @param keys derived from it; empty as long as nobody needed them
 * @param provenBy the container of the profile that it opened, empty before it was tried
 */
record Secrets(Secret password, Optional<Keys> keys, Optional<String> provenBy) {
  static Secrets of(Secret password) {
    return new Secrets(password, Optional.empty(), Optional.empty());
  }

  Secrets withKeys(Optional<Keys> changed) {
    return new Secrets(password, changed, provenBy);
  }

  Secrets withProof(String container) {
    return new Secrets(password, keys, Optional.of(container));
  }

  @Override
  public String toString() {
    return "Secrets[***]";
  }
}
