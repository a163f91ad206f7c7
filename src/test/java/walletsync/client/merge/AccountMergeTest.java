package walletsync.client.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import walletsync.client.failure.ClientException;
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
}
