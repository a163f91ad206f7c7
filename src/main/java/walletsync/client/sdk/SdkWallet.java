package walletsync.client.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;

/**
 * A wallet's content: preferences and accounts, in memory and unencrypted. Immutable. It keeps the
 * order of all members, since the SDK's hash and its containers depend on it, and members that it
 * does not know.
 */
public final class SdkWallet {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ObjectNode root;
  private final Map<String, Preference> preferences;

  private SdkWallet(ObjectNode root) {
    this.root = root;
    this.preferences = readPreferences(root.path("preferences"));
    if (!root.path("accounts").isArray()) {
      throw new ClientException(Problem.UNREADABLE, "The wallet has no list of accounts.");
    }
    for (JsonNode account : root.path("accounts")) {
      if (!account.isObject()) {
        throw new ClientException(Problem.UNREADABLE, "An account of the wallet is no object.");
      }
    }
  }

  /** A wallet without content, as {@code wallet_create} makes it. */
  public static SdkWallet empty() {
    ObjectNode root = NODES.objectNode();
    root.put("version", 1).put("name", "My Wallet");
    root.putObject("preferences");
    root.putArray("accounts");
    return new SdkWallet(root);
  }

  /**
   * Reads a wallet's JSON. Missing preferences are none.
   *
   * @throws ClientException with {@link Problem#UNREADABLE} if it is not the JSON of a wallet
   */
  public static SdkWallet parse(String json) {
    return of(PythonJson.parse(json));
  }

  /** The same of what has been parsed; it becomes the wallet's own. */
  public static SdkWallet of(JsonNode node) {
    if (!(node instanceof ObjectNode root)) {
      throw new ClientException(Problem.UNREADABLE, "This is not a wallet.");
    }
    return new SdkWallet(root);
  }

  /** Decrypts and reads a container, see {@link WalletContainer#decrypt}. */
  public static SdkWallet unpack(String container, Secret password) {
    return parse(WalletContainer.decrypt(container, password));
  }

  /**
   * Encrypts the wallet, with a fresh IV.
   *
   * @throws ClientException with {@link Problem#LOCAL} if an account is locked
   */
  public String pack(Secret password) {
    return pack(password, Packing.sdk());
  }

  /** The same in another way. */
  public String pack(Secret password, Packing packing) {
    for (JsonNode account : accounts()) {
      if (account.path("encrypted").asBoolean()) {
        throw new ClientException(
            Problem.LOCAL, "Cannot pack a wallet with locked/encrypted accounts. Unlock it first.");
      }
    }
    return packing.pack(json(), password);
  }

  /** The JSON text that goes into containers. */
  public String json() {
    return PythonJson.write(root);
  }

  /** The JSON text of a wallet file: indented, members sorted. */
  public String fileText() {
    return PythonJson.writeSorted(root);
  }

  /** The preferences in their order; the map cannot be changed. */
  public Map<String, Preference> preferences() {
    return preferences;
  }

  /** The values of the preferences, sorted by name: what the SDK's {@code preference_get} shows. */
  public Map<String, JsonNode> values() {
    Map<String, JsonNode> values = new TreeMap<>();
    preferences.forEach((key, preference) -> values.put(key, preference.value()));
    return values;
  }

  /** The accounts; do not change them. */
  public ArrayNode accounts() {
    return (ArrayNode) root.path("accounts");
  }

  /** The same wallet with these preferences. */
  public SdkWallet withPreferences(Map<String, Preference> changed) {
    ObjectNode entries = NODES.objectNode();
    changed.forEach((key, preference) -> entries.set(key, preference.entry()));
    ObjectNode copy = shallowCopy();
    copy.set("preferences", entries);
    return new SdkWallet(copy);
  }

  /** The same wallet with these accounts. */
  public SdkWallet withAccounts(ArrayNode accounts) {
    ObjectNode copy = shallowCopy();
    copy.set("accounts", accounts);
    return new SdkWallet(copy);
  }

  /** The wallet with one preference set, which keeps its place; a new one goes to the end. */
  public SdkWallet with(String key, Preference preference) {
    Map<String, Preference> changed = new LinkedHashMap<>(preferences);
    changed.put(key, preference);
    return withPreferences(changed);
  }

  /** The wallet without one preference. */
  public SdkWallet without(String key) {
    Map<String, Preference> changed = new LinkedHashMap<>(preferences);
    changed.remove(key);
    return withPreferences(changed);
  }

  /** The preferences and accounts that another wallet does not have, or has otherwise. */
  public SdkWallet changedSince(SdkWallet earlier) {
    Map<String, Preference> changed = new LinkedHashMap<>(preferences);
    changed
        .entrySet()
        .removeIf(
            entry -> {
              Preference before = earlier.preferences.get(entry.getKey());
              return before != null && before.same(entry.getValue());
            });
    Map<String, JsonNode> before = SdkMerge.byId(earlier.accounts());
    ArrayNode accounts = NODES.arrayNode();
    SdkMerge.byId(accounts())
        .forEach(
            (id, account) -> {
              if (!account.equals(before.get(id))) {
                accounts.add(account);
              }
            });
    return withPreferences(changed).withAccounts(accounts);
  }

  /** The SDK's {@code sync_hash} of a wallet that is not encrypted on disk. */
  public String hash() {
    return SyncHash.of(this);
  }

  /** Whether preferences and accounts are the same, whatever the order of members. */
  public boolean sameContent(SdkWallet other) {
    return samePreferences(preferences, other.preferences) && accounts().equals(other.accounts());
  }

  /** Whether two sets of preferences have the same names, values and times. */
  public static boolean samePreferences(Map<String, Preference> a, Map<String, Preference> b) {
    return a.keySet().equals(b.keySet())
        && a.entrySet().stream()
            .allMatch(
                entry -> {
                  Preference other = b.get(entry.getKey());
                  return other != null && entry.getValue().same(other);
                });
  }

  private ObjectNode shallowCopy() {
    ObjectNode copy = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : root.properties()) {
      copy.set(member.getKey(), member.getValue());
    }
    return copy;
  }

  private static Map<String, Preference> readPreferences(JsonNode node) {
    if (!node.isObject() && !node.isMissingNode()) {
      throw new ClientException(Problem.UNREADABLE, "The wallet's preferences are no object.");
    }
    Map<String, Preference> preferences = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      preferences.put(member.getKey(), new Preference(member.getValue()));
    }
    return Collections.unmodifiableMap(preferences);
  }

  /** Not the content. */
  @Override
  public String toString() {
    return "SdkWallet[***]";
  }
}
