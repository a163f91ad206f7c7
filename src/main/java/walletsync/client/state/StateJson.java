package walletsync.client.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import walletsync.client.api.Session;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.HmacKey;
import walletsync.client.keys.SaltSeed;
import walletsync.client.merge.Base;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.state.LocalState.Credentials;
import walletsync.client.state.LocalState.Held;
import walletsync.client.state.LocalState.InFlight;
import walletsync.client.state.LocalState.PasswordChange;
import walletsync.client.state.LocalState.Synced;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;

/** The state as JSON. */
final class StateJson {
  private static final int VERSION = 1;

  private StateJson() {}

  static String write(LocalState state) {
    ObjectNode root = object();
    root.put("version", VERSION).put("email", state.email()).put("deviceId", state.deviceId());
    state.credentials().ifPresent(value -> root.set("credentials", credentials(value)));
    state
        .session()
        .ifPresent(
            session ->
                root.putObject("session")
                    .put("token", session.token().reveal())
                    .put("expiration", session.expiration()));
    ObjectNode synced = root.putObject("synced");
    state.synced().wallet().ifPresent(wallet -> synced.set("wallet", wallet(wallet)));
    state.synced().base().ifPresent(base -> synced.set("base", base(base)));
    synced.set("undeletable", preferences(state.synced().undeletable()));
    state
        .inFlight()
        .ifPresent(
            flight -> {
              ObjectNode node = root.putObject("inFlight");
              node.set("wallet", wallet(flight.wallet()));
              flight.base().ifPresent(base -> node.set("base", base(base)));
              node.put("saltSeed", flight.saltSeed().text());
            });
    state
        .passwordChange()
        .ifPresent(
            change -> {
              ObjectNode node = root.putObject("passwordChange");
              node.set("credentials", credentials(change.credentials()));
              change.wallet().ifPresent(wallet -> node.set("wallet", wallet(wallet)));
            });
    state
        .held()
        .ifPresent(
            held ->
                root.putObject("held").put("identity", held.identity()).put("mark", held.mark()));
    return PythonJson.writeSorted(root) + "\n";
  }

  static LocalState read(String text) {
    JsonNode root = PythonJson.parse(text);
    if (root.path("version").asInt() != VERSION) {
      throw new ClientException(
          Problem.LOCAL, "The profile was written by another version of this program.");
    }
    JsonNode synced = root.path("synced");
    return new LocalState(
        text(root, "email"),
        text(root, "deviceId"),
        optional(root, "credentials").map(StateJson::credentials),
        optional(root, "session")
            .map(node -> new Session(Secret.of(text(node, "token")), text(node, "expiration"))),
        new Synced(
            optional(synced, "wallet").map(StateJson::wallet),
            optional(synced, "base").map(StateJson::base),
            preferences(synced.path("undeletable"))),
        optional(root, "inFlight")
            .map(
                node ->
                    new InFlight(
                        wallet(node.path("wallet")),
                        optional(node, "base").map(StateJson::base),
                        new SaltSeed(text(node, "saltSeed")))),
        optional(root, "passwordChange")
            .map(
                node ->
                    new PasswordChange(
                        credentials(node.path("credentials")),
                        optional(node, "wallet").map(StateJson::wallet))),
        optional(root, "held").map(node -> new Held(text(node, "identity"), text(node, "mark"))));
  }

  private static ObjectNode credentials(Credentials credentials) {
    return object()
        .put("saltSeed", credentials.saltSeed().text())
        .put("hmacKey", credentials.hmacKey().hex())
        .put("passwordCheck", credentials.passwordCheck());
  }

  private static Credentials credentials(JsonNode node) {
    return new Credentials(
        new SaltSeed(text(node, "saltSeed")),
        HmacKey.ofHex(text(node, "hmacKey")),
        text(node, "passwordCheck"));
  }

  private static ObjectNode wallet(Wallet wallet) {
    return object()
        .put("encryptedWallet", wallet.encryptedWallet())
        .put("sequence", wallet.sequence())
        .put("hmac", wallet.hmac());
  }

  private static Wallet wallet(JsonNode node) {
    return new Wallet(
        text(node, "encryptedWallet"), node.path("sequence").asLong(), text(node, "hmac"));
  }

  private static ObjectNode base(Base base) {
    ObjectNode node = object();
    node.set("preferences", preferences(base.preferences()));
    ObjectNode accounts = node.putObject("accounts");
    base.accounts().forEach(accounts::put);
    return node;
  }

  private static Base base(JsonNode node) {
    Map<String, String> accounts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> account : node.path("accounts").properties()) {
      accounts.put(account.getKey(), account.getValue().asText());
    }
    return new Base(preferences(node.path("preferences")), accounts);
  }

  private static ObjectNode preferences(Map<String, Preference> preferences) {
    ObjectNode node = object();
    preferences.forEach((key, preference) -> node.set(key, preference.entry()));
    return node;
  }

  private static Map<String, Preference> preferences(JsonNode node) {
    Map<String, Preference> preferences = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      preferences.put(member.getKey(), new Preference(member.getValue()));
    }
    return preferences;
  }

  private static Optional<JsonNode> optional(JsonNode node, String member) {
    return Optional.of(node.path(member)).filter(JsonNode::isObject);
  }

  private static String text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isTextual()) {
      throw new ClientException(Problem.LOCAL, "The profile lacks " + member + ".");
    }
    return value.textValue();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
