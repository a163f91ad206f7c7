package walletsync.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import walletsync.client.failure.ClientException;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;

/**
 * Answers on a real port as the documented SDK does: always 200, sorted members, an indent of two,
 * errors with the class of the Python exception.
 */
public final class SdkStandIn implements AutoCloseable {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<String, Set<String>> REQUIRED =
      Map.of(
          "sync_hash", Set.of(),
          "sync_apply", Set.of("password"),
          "preference_get", Set.of(),
          "preference_set", Set.of("key", "value"),
          "wallet_create", Set.of("wallet_id"));
  private static final Map<String, Set<String>> OPTIONAL =
      Map.of(
          "sync_hash", Set.of("wallet_id"),
          "sync_apply", Set.of("wallet_id", "data", "blocking"),
          "preference_get", Set.of("wallet_id", "key"),
          "preference_set", Set.of("wallet_id"),
          "wallet_create", Set.of("skip_on_startup", "create_account", "single_key"));

  private final Middle http = new Middle(0);
  private final Map<String, SdkWallet> wallets =
      new HashMap<>(Map.of("default_wallet", SdkWallet.empty()));
  private long now = 1_700_000_000;

  public SdkStandIn() {
    http.rule((request, forward) -> Middle.Reply.of(200, answer(request.body())));
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + http.port() + "/");
  }

  public Middle http() {
    return http;
  }

  /** Its clock goes on by a second. */
  public synchronized void tick() {
    now++;
  }

  public synchronized SdkWallet wallet(String id) {
    SdkWallet wallet = wallets.get(id);
    if (wallet == null) {
      throw new SdkError("WalletNotLoadedError", "Wallet " + id + " is not loaded.");
    }
    return wallet;
  }

  /** Installed anew: its default wallet is empty, and there is no other one. */
  public void reset() {
    reset(SdkWallet.empty());
  }

  /** The same with this default wallet. */
  public synchronized void reset(SdkWallet wallet) {
    wallets.clear();
    wallets.put("default_wallet", wallet);
  }

  private static final class SdkError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String name;

    SdkError(String name, String message) {
      super(message);
      this.name = name;
    }
  }

  public synchronized String answer(String body) {
    JsonNode request = PythonJson.parse(body);
    ObjectNode reply = NODES.objectNode().put("jsonrpc", "2.0");
    String method = request.path("method").asText();
    JsonNode params = request.path("params");
    try {
      if (method.isEmpty()) {
        return text(error(reply, -32601, "Missing 'method' value in request.", NODES.objectNode()));
      }
      if (!REQUIRED.containsKey(method)) {
        return text(
            error(reply, -32601, "Command '" + method + "' does not exist.", NODES.objectNode()));
      }
      Set<String> extra = new TreeSet<>();
      params.fieldNames().forEachRemaining(extra::add);
      Set<String> missing = new TreeSet<>(REQUIRED.get(method));
      missing.removeAll(extra);
      extra.removeAll(REQUIRED.get(method));
      extra.removeAll(OPTIONAL.get(method));
      if (!extra.isEmpty()) {
        return text(
            error(
                reply,
                -32602,
                "Extraneous parameters for " + method + " command: " + String.join(", ", extra),
                NODES.objectNode()));
      }
      if (!missing.isEmpty()) {
        return text(
            error(
                reply,
                -32602,
                "Missing required parameters for "
                    + method
                    + " command: "
                    + String.join(", ", missing),
                NODES.objectNode()));
      }
      reply.set("result", run(method, params));
      return text(reply);
    } catch (SdkError e) {
      ObjectNode data = NODES.objectNode().put("command", method).put("name", e.name);
      data.putArray("args");
      data.set("kwargs", masked(params));
      data.putArray("traceback").add("...");
      return text(error(reply, -32500, String.valueOf(e.getMessage()), data));
    }
  }

  private static ObjectNode masked(JsonNode params) {
    ObjectNode masked = params.deepCopy();
    if (masked.has("password")) {
      masked.put("password", "*".repeat(masked.path("password").asText().length()));
    }
    return masked;
  }

  private static ObjectNode error(ObjectNode reply, int code, String message, ObjectNode data) {
    ObjectNode error = reply.putObject("error").put("code", code).put("message", message);
    error.set("data", data);
    return reply;
  }

  private static String text(ObjectNode reply) {
    return PythonJson.writeSorted(reply).replace("    ", "  ") + "\n";
  }

  private JsonNode run(String method, JsonNode params) {
    String id = params.path("wallet_id").asText("default_wallet");
    return switch (method) {
      case "sync_hash" -> NODES.textNode(wallet(id).hash());
      case "sync_apply" -> apply(id, params);
      case "preference_get" -> get(id, params.path("key").asText());
      case "preference_set" -> set(id, params.path("key").asText(), params.path("value"));
      default -> {
        if (wallets.putIfAbsent(id, SdkWallet.empty()) != null) {
          throw new SdkError("WalletAlreadyLoadedError", "Wallet " + id + " is already loaded.");
        }
        yield NODES.objectNode().put("id", id).put("name", "My Wallet");
      }
    };
  }

  private JsonNode apply(String id, JsonNode params) {
    Secret password = Secret.of(params.path("password").asText());
    if (params.has("data")) {
      try {
        SdkWallet incoming = SdkWallet.unpack(params.path("data").asText(), password);
        wallets.put(id, SdkMerge.merge(wallet(id), incoming));
      } catch (ClientException e) {
        throw new SdkError("InvalidPasswordError", "Password is invalid.");
      }
    }
    return NODES.objectNode().put("data", wallet(id).pack(password)).put("hash", wallet(id).hash());
  }

  private JsonNode get(String id, String key) {
    ObjectNode all = NODES.objectNode();
    wallet(id).values().forEach(all::set);
    if (key.isEmpty()) {
      return all;
    }
    return all.has(key) ? NODES.objectNode().set(key, all.path(key)) : NODES.nullNode();
  }

  private JsonNode set(String id, String key, JsonNode value) {
    JsonNode stored = value;
    if (value.isTextual()
        && (value.textValue().startsWith("{") || value.textValue().startsWith("["))) {
      try {
        stored = PythonJson.parse(value.textValue());
      } catch (ClientException e) {
        throw new SdkError("JSONDecodeError", "Expecting value: line 1 column 2 (char 1)");
      }
    }
    wallets.put(id, wallet(id).with(key, Preference.of(stored, now)));
    return NODES.objectNode().set(key, stored);
  }

  @Override
  public void close() {
    http.close();
  }
}
