package walletsync.client.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static walletsync.support.Problems.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;
import walletsync.support.Vectors;

/** Accounts of the SDK's own vectors, merged by the SDK's rule and by ours. */
class AccountMergeTest {
  private static final ConflictResolver NOBODY =
      conflict -> {
        throw new AssertionError(conflict);
      };

  @Test
  void aNewerAccountBringsItsNameAndChainsAndTheCertificatesAreUnited() {
    ObjectNode ours = account().put("modified_on", 100);
    ours.set("certificates", PEMS.objectNode().put("x", "ours").put("y", "ours"));
    ObjectNode theirs = account().put("modified_on", 101.7).put("name", "Renamed").put("seed", "");
    theirs.set("certificates", PEMS.objectNode().put("y", "theirs").put("z", "theirs"));
    theirs.withObject("/address_generator/change").put("gap", 99);

    JsonNode merged = SdkMerge.merge(wallet(ours), wallet(theirs)).accounts().get(0);

    assertThat(merged.path("name").asText()).isEqualTo("Renamed");
    assertThat(merged.path("modified_on")).hasToString("101");
    assertThat(merged.at("/address_generator/change/gap").asInt()).isEqualTo(99);
    assertThat(merged.path("seed")).isEqualTo(ours.path("seed"));
    assertThat(merged.path("certificates"))
        .hasToString("{\"x\":\"ours\",\"y\":\"theirs\",\"z\":\"theirs\"}");
  }

  @Test
  void anAccountOfTheSameTimeBringsCertificatesOnly() {
    ObjectNode theirs = account().put("name", "Renamed");
    theirs.set("certificates", PEMS.objectNode().put("z", "theirs"));

    JsonNode merged = SdkMerge.merge(wallet(account()), wallet(theirs)).accounts().get(0);

    assertThat(merged.path("name").asText()).isEqualTo("An Account");
    assertThat(merged.path("certificates")).hasToString("{\"z\":\"theirs\"}");
  }

  @Test
  void anAccountThatIsNotThereIsAdded() {
    ObjectNode other = account().put("ledger", "lbc_regtest");
    assertThat(SdkMerge.merge(wallet(account()), wallet(other)).accounts()).hasSize(2);
    assertThat(SdkMerge.merge(SdkWallet.empty(), wallet(other)).accounts()).hasSize(1);
  }

  @Test
  void anAccountThatChangedItsKindIsRefused() {
    ObjectNode theirs = account().put("modified_on", 1000);
    theirs.withObject("/address_generator").put("name", "single-address");
    assertThatThrownBy(() -> SdkMerge.merge(wallet(account()), wallet(theirs)))
        .isInstanceOf(ClientException.class);
  }

  @Test
  void theSideThatChangedAnAccountSinceTheBaseHasIt() {
    SdkWallet base = wallet(account());
    SdkWallet renamed = wallet(account().put("name", "Renamed"));

    assertThat(merged(base, renamed, base)).isEqualTo(renamed.accounts());
    assertThat(merged(base, base, renamed)).isEqualTo(renamed.accounts());
    assertThat(Base.of(base).matches(base)).isTrue();
    assertThat(Base.of(base).matches(renamed)).isFalse();
  }

  @Test
  void anAccountIsNeverDeleted() {
    SdkWallet base = wallet(account());
    assertThat(merged(base, base, SdkWallet.empty())).isEqualTo(base.accounts());
    assertThat(merged(base, SdkWallet.empty(), base)).isEqualTo(base.accounts());
  }

  @Test
  void aLockedWalletIsNotPacked() {
    SdkWallet locked = wallet(account().put("encrypted", true));
    assertThatThrownBy(() -> locked.pack(walletsync.protocol.Secret.of("x")))
        .hasMessageContaining("Cannot pack a wallet with locked/encrypted accounts.");
  }

  private static final JsonNodeFactory PEMS = JsonNodeFactory.instance;

  private static ArrayNode merged(SdkWallet base, SdkWallet ours, SdkWallet theirs) {
    return ThreeWayMerge.merge(Base.of(base), ours, theirs, NOBODY).wallet().accounts();
  }

  private static SdkWallet wallet(ObjectNode account) {
    ArrayNode accounts = JsonNodeFactory.instance.arrayNode().add(account);
    return SdkWallet.empty().withAccounts(accounts);
  }

  private static ObjectNode account() {
    return Vectors.of("sync_hash").get(1).path("accounts").get(0).deepCopy();
  }

  @Test
  void certificatesAreUnitedWhicheverSideIsTaken() {
    ObjectNode withOurs = account();
    withOurs.set("certificates", PEMS.objectNode().put("x", "ours"));
    ObjectNode withTheirs = account().put("name", "Renamed");
    withTheirs.set("certificates", PEMS.objectNode().put("y", "theirs"));
    SdkWallet ours = wallet(withOurs);
    SdkWallet theirs = wallet(withTheirs);

    JsonNode taken = merged(ours, ours, theirs).get(0);
    JsonNode kept = merged(theirs, ours, theirs).get(0);

    assertThat(taken.path("name").asText()).isEqualTo("Renamed");
    assertThat(taken.path("certificates")).hasToString("{\"y\":\"theirs\",\"x\":\"ours\"}");
    assertThat(kept.path("name").asText()).isEqualTo("An Account");
    assertThat(kept.path("certificates")).hasToString("{\"x\":\"ours\",\"y\":\"theirs\"}");
  }

  @Test
  void certificatesThatAreNoneAreRefused() {
    ObjectNode theirs = account().put("certificates", "text");
    assertThatThrownBy(() -> SdkMerge.merge(wallet(account()), wallet(theirs)))
        .isInstanceOf(ClientException.class);
    assertThatThrownBy(() -> merged(wallet(account()), wallet(account()), wallet(theirs)))
        .isInstanceOf(ClientException.class);
  }

  @Test
  void aWatchOnlyStateNeverTakesTheKeysOfAnAccount() {
    SdkWallet full = wallet(account());
    SdkWallet watchOnly = wallet(watchOnly().put("name", "Renamed").put("modified_on", 999));

    JsonNode changedThere = merged(full, full, watchOnly).get(0);
    JsonNode changedHere = merged(full, watchOnly, full).get(0);
    JsonNode addedOnBothSides = merged(SdkWallet.empty(), watchOnly, full).get(0);

    assertThat(List.of(changedThere, changedHere, addedOnBothSides))
        .allMatch(AccountMergeTest::hasKeys);
    assertThat(List.of(changedThere, changedHere, addedOnBothSides))
        .allMatch(account -> account.path("name").asText().equals("Renamed"));
  }

  @Test
  void ofTwoEntriesOfOneAccountTheKeysAreKept() {
    SdkWallet twice =
        SdkWallet.empty()
            .withAccounts(JsonNodeFactory.instance.arrayNode().add(account()).add(watchOnly()));

    assertThat(merged(SdkWallet.empty(), twice, SdkWallet.empty()))
        .hasSize(1)
        .allMatch(AccountMergeTest::hasKeys);
    assertThat(merged(SdkWallet.empty(), SdkWallet.empty(), twice))
        .hasSize(1)
        .allMatch(AccountMergeTest::hasKeys);
  }

  @Test
  void anAccountOfAnotherKindOrWithOtherKeysIsRefusedOnEverySide() {
    ObjectNode otherKind = account();
    otherKind.withObject("/address_generator").put("name", "single-address");
    for (ObjectNode other : List.of(otherKind, account().put("private_key", "xprv of another"))) {
      for (SdkWallet base : List.of(SdkWallet.empty(), wallet(account()), wallet(other))) {
        assertProblem(Problem.UNREADABLE, () -> merged(base, wallet(account()), wallet(other)));
      }
    }
  }

  /** Which keys both sides have, and what was in common before: no secret may be lost. */
  @Property(tries = 60)
  void everySecretOfEitherSideIsInTheMergedWallet(
      @ForAll("states") SdkWallet base,
      @ForAll("states") SdkWallet ours,
      @ForAll("states") SdkWallet theirs) {
    Map<String, JsonNode> merged = SdkMerge.byId(merged(base, ours, theirs));

    for (SdkWallet side : List.of(ours, theirs)) {
      SdkMerge.byId(side.accounts())
          .forEach(
              (id, account) -> {
                assertThat(merged).containsKey(id);
                JsonNode kept = Objects.requireNonNull(merged.get(id));
                for (String key : List.of("seed", "private_key")) {
                  assertThat(account.path(key).asText()).isIn("", kept.path(key).asText());
                }
                account
                    .path("certificates")
                    .fieldNames()
                    .forEachRemaining(
                        address -> assertThat(kept.path("certificates").has(address)).isTrue());
              });
    }
    assertThat(merged(Base.of(theirs), wallet(merged), theirs))
        .as("merged again, it stays")
        .isEqualTo(wallet(merged).accounts());
  }

  @Provide
  Arbitrary<SdkWallet> states() {
    Arbitrary<ObjectNode> account =
        Combinators.combine(
                Arbitraries.of("lbc_mainnet", "lbc_testnet"),
                Arbitraries.subsetOf("seed", "private_key"),
                Arbitraries.of("An Account", "Renamed"),
                Arbitraries.integers().between(1, 3),
                Arbitraries.subsetOf("x", "y"))
            .as(
                (ledger, lacking, name, time, certificates) -> {
                  ObjectNode state = account().put("ledger", ledger).put("name", name);
                  state.put("modified_on", time);
                  lacking.forEach(key -> state.put(key, ""));
                  ObjectNode pems = state.putObject("certificates");
                  certificates.forEach(address -> pems.put(address, "pem of " + address));
                  return state;
                });
    return account
        .list()
        .ofMaxSize(3)
        .map(
            accounts ->
                SdkWallet.empty()
                    .withAccounts(JsonNodeFactory.instance.arrayNode().addAll(accounts)));
  }

  private static boolean hasKeys(JsonNode account) {
    return account.path("seed").equals(account().path("seed"))
        && account.path("private_key").equals(account().path("private_key"));
  }

  private static ObjectNode watchOnly() {
    return account().put("seed", "").put("private_key", "");
  }

  private static SdkWallet wallet(Map<String, JsonNode> accounts) {
    return SdkWallet.empty()
        .withAccounts(JsonNodeFactory.instance.arrayNode().addAll(accounts.values()));
  }

  private static ArrayNode merged(Base base, SdkWallet ours, SdkWallet theirs) {
    return ThreeWayMerge.merge(base, ours, theirs, NOBODY).wallet().accounts();
  }
}
