package walletsync.client.merge;

import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.PlainText;
import walletsync.client.merge.Conflict.Side;

/** Decides between two changes of one preference; may ask a person, or refuse. */
@FunctionalInterface
public interface ConflictResolver {
  /**
   * The side that wins.
   *
   * @throws ClientException with {@link Problem#CONFLICT} to leave everything as it is
   */
  Side resolve(Conflict conflict);

  /**
   * The SDK's rule: the later change wins, the incoming one if both have the same time. A deletion
   * has no time, so a change wins over it: what is kept can still be deleted.
   */
  static ConflictResolver newest() {
    return conflict -> {
      if (conflict.theirs().isEmpty()) {
        return Side.OURS;
      }
      return conflict.ours().isPresent()
              && conflict.theirs().orElseThrow().olderThan(conflict.ours().orElseThrow())
          ? Side.OURS
          : Side.THEIRS;
    };
  }

  /** This device's changes win. */
  static ConflictResolver ours() {
    return conflict -> Side.OURS;
  }

  /** The other devices' changes win. */
  static ConflictResolver theirs() {
    return conflict -> Side.THEIRS;
  }

  /** Nobody wins: the sync ends without having changed anything. */
  static ConflictResolver refuse() {
    return conflict -> {
      throw new ClientException(
          Problem.CONFLICT,
          "Preference "
              + PlainText.line(conflict.key())
              + " was changed here and on another device. Decide which change stays.");
    };
  }
}
