package walletsync.client.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * The keys of accounts: who loses them loses money. One account may be whole in one wallet and
 * watch-only, without its keys, in another one. Whichever state of it is taken, keys are filled in
 * and never taken away or exchanged.
 */
public final class AccountKeys {
  private static final String SEED = "seed";
  private static final String PRIVATE_KEY = "private_key";
  private static final List<String> MEMBERS = List.of(SEED, PRIVATE_KEY, "public_key");

  private AccountKeys() {}

  /**
   * A state of an account with the keys and certificates that it lacks and another state has.
   *
   * @throws ClientException with {@link Problem#UNREADABLE} if both have different secrets
   */
  public static JsonNode completed(JsonNode account, JsonNode other) {
    ObjectNode completed = account.deepCopy();
    for (String member : MEMBERS) {
      String own = account.path(member).asText();
      String others = other.path(member).asText();
      if (own.isEmpty() && !others.isEmpty()) {
        completed.put(member, others);
      } else if (!others.isEmpty() && !same(member, own, others)) {
        throw new ClientException(
            Problem.UNREADABLE,
            "Two wallets have one account with different secret keys. Neither is changed.");
      }
    }
    return SdkMerge.withCertificates(completed, other);
  }

  /** A wallet whose accounts have the keys that they lack and those of another wallet have. */
  public static SdkWallet completed(SdkWallet wallet, SdkWallet other) {
    Map<String, JsonNode> others = SdkMerge.byId(other.accounts());
    ArrayNode accounts = JsonNodeFactory.instance.arrayNode();
    for (JsonNode account : wallet.accounts()) {
      JsonNode same = others.get(AccountId.of(account));
      accounts.add(same == null ? account : completed(account, same));
    }
    return wallet.withAccounts(accounts);
  }

  /** Whether an account of the wallet lacks a secret that another wallet may have. */
  public static boolean areMissing(SdkWallet wallet) {
    for (JsonNode account : wallet.accounts()) {
      if (account.path(SEED).asText().isEmpty() || account.path(PRIVATE_KEY).asText().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Public keys need not be the same: they follow from the secrets, of which none is lost. */
  private static boolean same(String member, String own, String others) {
    return switch (member) {
      case SEED -> AccountId.normalize(own).equals(AccountId.normalize(others));
      case PRIVATE_KEY -> own.equals(others);
      default -> true;
    };
  }
}
