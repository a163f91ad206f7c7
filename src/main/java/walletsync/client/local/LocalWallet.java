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
}
