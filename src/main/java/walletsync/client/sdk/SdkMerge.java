package walletsync.client.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * The SDK's own merge, {@code sync_apply}: preferences by their timestamps, accounts by their time
 * of modification. It knows no deletion.
 */
public final class SdkMerge {
  private static final String KIND = "/address_generator/name";
  private static final List<String> CHAINS = List.of("change", "receiving");
  private static final List<String> CHAIN_SETTINGS = List.of("gap", "maximum_uses_per_address");

  private SdkMerge() {}

  /** What the SDK makes of its wallet when the incoming one is applied to it. */
  public static SdkWallet merge(SdkWallet local, SdkWallet incoming) {
    return local
        .withPreferences(preferences(local.preferences(), incoming.preferences()))
        .withAccounts(accounts(local.accounts(), incoming.accounts()));
  }

  /** Incoming preferences replace local ones unless they are strictly older. */
  static Map<String, Preference> preferences(
      Map<String, Preference> local, Map<String, Preference> incoming) {
    Map<String, Preference> merged = new LinkedHashMap<>(local);
    incoming.forEach(
        (key, theirs) ->
            merged.merge(key, theirs, (ours, same) -> theirs.olderThan(ours) ? ours : theirs));
    return merged;
  }

  private static ArrayNode accounts(ArrayNode local, ArrayNode incoming) {
    Map<String, JsonNode> merged = byId(local);
    byId(incoming)
        .forEach((id, theirs) -> merged.merge(id, theirs, (ours, same) -> account(ours, theirs)));
    ArrayNode accounts = JsonNodeFactory.instance.arrayNode();
    merged.values().forEach(accounts::add);
    return accounts;
  }

  /** The accounts of a wallet by {@link AccountId}, in their order; of two with one id, both. */
  public static Map<String, JsonNode> byId(ArrayNode accounts) {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    accounts.forEach(account -> byId.merge(AccountId.of(account), account, AccountKeys::completed));
    return byId;
  }

  /**
   * Two states of one account: a strictly newer incoming one brings its name and chain settings;
   * certificates are united. Seeds and keys never change.
   */
  public static JsonNode account(JsonNode ours, JsonNode theirs) {
    ObjectNode merged = ours.deepCopy();
    if (modifiedOn(theirs).compareTo(modifiedOn(ours)) > 0) {
      takeSettings(merged, theirs);
    }
    ObjectNode certificates = certificates(ours);
    certificates.setAll(certificates(theirs));
    merged.set("certificates", certificates);
    return merged;
  }

  /** An account, with the certificates that it lacks and another state of it has. */
  static JsonNode withCertificates(JsonNode account, JsonNode other) {
    ObjectNode own = certificates(account);
    ObjectNode united = own.deepCopy();
    for (Map.Entry<String, JsonNode> certificate : certificates(other).properties()) {
      if (!own.has(certificate.getKey())) {
        united.set(certificate.getKey(), certificate.getValue());
      }
    }
    if (united.size() == own.size()) {
      return account;
    }
    ObjectNode changed = account.deepCopy();
    changed.set("certificates", united);
    return changed;
  }

  private static ObjectNode certificates(JsonNode account) {
    JsonNode certificates = account.path("certificates");
    if (certificates.isMissingNode() || certificates.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (certificates instanceof ObjectNode present) {
      return present.deepCopy();
    }
    throw new ClientException(
        Problem.UNREADABLE, "An account of the wallet has certificates that are none.");
  }

  /**
   * Refuses to mix accounts with one address and accounts with many.
   *
   * @throws ClientException with {@link Problem#UNREADABLE}
   */
  public static void requireSameKind(JsonNode ours, JsonNode theirs) {
    if (!theirs.at(KIND).equals(ours.at(KIND))) {
      throw new ClientException(
          Problem.UNREADABLE,
          "An account has one address in one wallet and many in another. Nothing was changed:"
              + " remove the account where it is wrong.");
    }
  }

  private static void takeSettings(ObjectNode merged, JsonNode theirs) {
    requireSameKind(merged, theirs);
    JsonNode generator = theirs.path("address_generator");
    merged.set("name", theirs.path("name"));
    merged.set("modified_on", PythonJson.parse(modifiedOn(theirs).toString()));
    for (String chain : CHAINS) {
      for (String setting : CHAIN_SETTINGS) {
        JsonNode value = generator.path(chain).path(setting);
        if (!value.isMissingNode()
            && merged.path("address_generator").path(chain) instanceof ObjectNode settings) {
          settings.set(setting, value);
        }
      }
    }
  }

  private static BigInteger modifiedOn(JsonNode account) {
    JsonNode time = account.path("modified_on");
    if (!time.isNumber() || !Double.isFinite(time.doubleValue())) {
      throw new ClientException(
          Problem.UNREADABLE, "An account of the wallet has no time of modification.");
    }
    return time.bigIntegerValue();
  }
}
