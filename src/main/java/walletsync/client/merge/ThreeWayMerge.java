package walletsync.client.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import walletsync.client.sdk.AccountKeys;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;

/**
 * Merges what this device changed and what others changed since they were the same. A preference
 * that one side changed, added or deleted is taken from that side; if both made the same of it,
 * that is it; if they made different things of it, a resolver decides.
 *
 * <p>The time of what is taken is made later than that of what is not, so that clients which merge
 * by timestamps come to the same wallet.
 */
public final class ThreeWayMerge {
  private final Base base;
  private final SdkWallet ours;
  private final SdkWallet theirs;
  private final ConflictResolver resolver;
  private final List<Conflict> conflicts = new ArrayList<>();

  private ThreeWayMerge(Base base, SdkWallet ours, SdkWallet theirs, ConflictResolver resolver) {
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
    this.resolver = resolver;
  }

  /**
   * What a merge came to.
   *
   * @param wallet the merged wallet: our order, then what is new
   * @param conflicts what the resolver decided
   */
  public record Merged(SdkWallet wallet, List<Conflict> conflicts) {}

  /** Merges; whatever the resolver throws is thrown on. */
  public static Merged merge(
      Base base, SdkWallet ours, SdkWallet theirs, ConflictResolver resolver) {
    return new ThreeWayMerge(base, ours, theirs, resolver).run();
  }

  private Merged run() {
    SdkWallet merged = ours.withPreferences(preferences()).withAccounts(accounts());
    return new Merged(merged, List.copyOf(conflicts));
  }

  private Map<String, Preference> preferences() {
    Set<String> keys = new LinkedHashSet<>(ours.preferences().keySet());
    keys.addAll(theirs.preferences().keySet());
    Map<String, Preference> merged = new LinkedHashMap<>();
    for (String key : keys) {
      preference(key).ifPresent(preference -> merged.put(key, preference));
    }
    return merged;
  }

  private Optional<Preference> preference(String key) {
    Preference was = base.preferences().get(key);
    Preference our = ours.preferences().get(key);
    Preference their = theirs.preferences().get(key);
    if (our != null && their != null && our.sameValue(their)) {
      return Optional.of(our.olderThan(their) ? their : our);
    }
    if (sameValue(was, our)) {
      return taken(their, our);
    }
    if (sameValue(was, their)) {
      return taken(our, their);
    }
    Conflict conflict =
        new Conflict(
            key, Optional.ofNullable(was), Optional.ofNullable(our), Optional.ofNullable(their));
    Conflict.Side side = resolver.resolve(conflict);
    conflicts.add(conflict);
    return side == Conflict.Side.OURS ? taken(our, their) : taken(their, our);
  }

  private static boolean sameValue(@Nullable Preference a, @Nullable Preference b) {
    if (a == null || b == null) {
      return a == null && b == null;
    }
    return a.sameValue(b);
  }

  private static Optional<Preference> taken(
      @Nullable Preference winner, @Nullable Preference loser) {
    if (winner == null || loser == null) {
      return Optional.ofNullable(winner);
    }
    return Optional.of(winner.newerThan(loser));
  }

  /** Accounts are never deleted: keys are money. */
  private ArrayNode accounts() {
    Map<String, JsonNode> merged = SdkMerge.byId(ours.accounts());
    SdkMerge.byId(theirs.accounts())
        .forEach((id, their) -> merged.merge(id, their, (our, same) -> account(id, our, their)));
    ArrayNode accounts = JsonNodeFactory.instance.arrayNode();
    merged.values().forEach(accounts::add);
    return accounts;
  }

  /** Whichever side is taken, no key and no certificate of the other one is lost. */
  private JsonNode account(String id, JsonNode our, JsonNode their) {
    if (our.equals(their)) {
      return their;
    }
    SdkMerge.requireSameKind(our, their);
    String was = base.accounts().get(id);
    if (Base.digest(our).equals(was)) {
      return AccountKeys.completed(their, our);
    }
    if (Base.digest(their).equals(was)) {
      return AccountKeys.completed(our, their);
    }
    return AccountKeys.completed(SdkMerge.account(our, their), their);
  }
}
