package walletsync.client.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;

/**
 * A wallet of the real SDK, through its JSON-RPC. The SDK merges whatever it is given by
 * timestamps, so nothing that its person sets meanwhile is lost, and knows no deletion.
 */
public final class SdkDaemonWallet implements LocalWallet {
  /** Where the SDK listens unless it is set otherwise. */
  public static final URI DEFAULT_ADDRESS = URI.create("http://localhost:5279/");

  private final URI address;
  private final JsonRpc rpc;
  private final String walletId;

  /**
   * A wallet of the SDK at this address.
   *
   * @param walletId the name of its file; empty for the SDK's default wallet
   */
  public SdkDaemonWallet(URI address, String walletId) {
    this.address = address;
    this.rpc = new JsonRpc(address);
    this.walletId = walletId;
  }

  @Override
  public boolean exists() {
    JsonRpc.Reply reply = rpc.call("sync_hash", params());
    if (reply.error().filter(error -> error.name().equals("WalletNotLoadedError")).isPresent()) {
      return false;
    }
    reply.orThrow();
    return true;
  }

  @Override
  public void create() {
    if (!exists()) {
      rpc.call("wallet_create", params()).orThrow();
    }
  }

  @Override
  public SdkWallet read(Secret password) {
    return apply(params(), password);
  }

  /**
   * Hands the SDK what the merge changed, and nothing else: of a preference that is sent along
   * unchanged, the SDK would take back what its person sets in this very second.
   */
  @Override
  public Optional<SdkWallet> replace(SdkWallet expected, SdkWallet merged, Secret password) {
    if (!read(password).sameContent(expected)) {
      return Optional.empty();
    }
    SdkWallet changes = merged.changedSince(expected);
    return Optional.of(apply(params().put("data", changes.pack(password)), password));
  }

  @Override
  public Map<String, JsonNode> preferences() {
    JsonNode result = rpc.call("preference_get", params()).orThrow();
    Map<String, JsonNode> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : result.properties()) {
      values.put(member.getKey(), member.getValue());
    }
    return values;
  }

  @Override
  public JsonNode set(String key, JsonNode value) {
    if (value.isTextual()
        && (value.textValue().startsWith("[") || value.textValue().startsWith("{"))) {
      throw new ClientException(
          Problem.LOCAL,
          "The SDK would take this text for JSON. Set it as JSON, or begin it with a blank.");
    }
    ObjectNode params = params().put("key", key);
    params.set("value", value);
    return rpc.call("preference_set", params).orThrow().path(key);
  }

  @Override
  public void unset(String key) {
    throw new ClientException(
        Problem.LOCAL,
        "The SDK cannot delete preferences: another device would bring this one back. Set it to an"
            + " empty text instead.");
  }

  @Override
  public boolean canDelete() {
    return false;
  }

  /** The SDK encrypts with whatever it is given, and may even take it for its own password. */
  @Override
  public boolean needsPassword() {
    return true;
  }

  @Override
  public String hash() {
    return rpc.call("sync_hash", params()).orThrow().asText();
  }

  @Override
  public String identity() {
    return "sdk:" + address + " " + walletId;
  }

  private SdkWallet apply(ObjectNode params, Secret password) {
    JsonNode result = rpc.call("sync_apply", params.put("password", password.reveal())).orThrow();
    return SdkWallet.unpack(result.path("data").asText(), password);
  }

  private ObjectNode params() {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    return walletId.isEmpty() ? params : params.put("wallet_id", walletId);
  }
}
