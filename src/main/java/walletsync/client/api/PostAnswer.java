package walletsync.client.api;

import java.util.Optional;
import walletsync.protocol.Wallet;

/** What became of a posted wallet. */
public sealed interface PostAnswer {
  /** It is stored. */
  record Stored() implements PostAnswer {}

  /**
   * The sequence is not the next one.
   *
   * @param accepted true if the posted wallet was stored once, and others have built upon it
   * @param current the server's wallet, where the server sends it along
   */
  record OutOfDate(boolean accepted, Optional<Wallet> current) implements PostAnswer {}
}
