package walletsync.client.merge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Sha256;

/**
 * The last version that this device and the server had in common. Of accounts only a hash is kept:
 * it tells whether they changed, and no second copy of the keys lies about.
 *
 * @param preferences with their times
 * @param accounts a SHA-256 in hex by account id
 */
public record Base(Map<String, Preference> preferences, Map<String, String> accounts) {
  public Base {
    preferences = Collections.unmodifiableMap(new LinkedHashMap<>(preferences));
    accounts = Collections.unmodifiableMap(new LinkedHashMap<>(accounts));
  }

  /** Nothing in common: whatever either side has was added there. */
  public static Base empty() {
    return new Base(Map.of(), Map.of());
  }

  public static Base of(SdkWallet wallet) {
    Map<String, String> accounts = new LinkedHashMap<>();
    SdkMerge.byId(wallet.accounts()).forEach((id, account) -> accounts.put(id, digest(account)));
    return new Base(wallet.preferences(), accounts);
  }

  /** Whether a wallet is still what this was made of, whatever the order of its members. */
  public boolean matches(SdkWallet wallet) {
    return SdkWallet.samePreferences(preferences, wallet.preferences())
        && accounts.equals(of(wallet).accounts);
  }

  static String digest(JsonNode account) {
    return HexFormat.of().formatHex(Sha256.of(PythonJson.writeSorted(account)));
  }

  @Override
  public String toString() {
    return "Base[***]";
  }
}
