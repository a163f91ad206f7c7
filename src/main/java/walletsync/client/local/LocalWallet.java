package walletsync.client.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;

/**
 * The wallet on this device, which its person edits at any time, also while it is being synced.
 * Every method throws {@link ClientException}: with {@link Problem#LOCAL} if the wallet cannot be
 * reached or written, with {@link Problem#UNREADABLE} if it is damaged.
 */
public interface LocalWallet {
  /** Whether there is a wallet. */
  boolean exists();

  /** Makes an empty wallet if there is none. */
  void create();

  /**
   * The whole content.
   *
   * @param password the wallet's password, which the SDK needs to hand it out
   */
  SdkWallet read(Secret password);

  /**
   * Puts a merged wallet in the place of the one that was read.
   *
   * @param expected what was read
   * @param merged what shall be there
   * @return what is there now; empty if it was edited since it was read, and nothing was done
   */
  Optional<SdkWallet> replace(SdkWallet expected, SdkWallet merged, Secret password);

  /** The values of all preferences, sorted by name. */
  Map<String, JsonNode> preferences();

  /** Sets a preference and returns the value as stored. */
  JsonNode set(String key, JsonNode value);

  /**
   * Deletes a preference; one that does not exist is fine.
   *
   * @throws ClientException with {@link Problem#LOCAL} where {@link #canDelete} is false
   */
  void unset(String key);

  /** Whether preferences can be deleted. */
  boolean canDelete();

  /** Whether {@link #read} needs the right password. */
  boolean needsPassword();

  /** The SDK's {@code sync_hash}, in hex; compare it only with earlier ones of this wallet. */
  String hash();

  /** What tells this wallet from any other that a profile may be given: its kind and its place. */
  String identity();

  /**
   * Whether the wallet descends from the state that was marked so. A wallet that was put back from
   * an older copy does not; one that cannot be marked always does.
   */
  default boolean descendsFrom(String mark) {
    return true;
  }

  /**
   * Marks the wallet as it is now, if it can be marked; later edits keep the mark.
   *
   * @param before the mark that it has; it is kept beside the new one, as whoever marks may die
   *     before the new one is noted. Of a wallet that does not have it, nothing is done. Empty to
   *     mark any
   */
  default void mark(String before, String mark) {}
}
