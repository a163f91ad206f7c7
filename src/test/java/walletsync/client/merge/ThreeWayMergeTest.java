package walletsync.client.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.merge.Conflict.Side;
import walletsync.client.merge.ThreeWayMerge.Merged;
import walletsync.client.sdk.Preference;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkMerge;
import walletsync.client.sdk.SdkWallet;

class ThreeWayMergeTest {
  private static final ConflictResolver NOBODY =
      conflict -> {
        throw new AssertionError(conflict);
      };

  @Test
  void changesOfDifferentPreferencesMerge() {
    Merged merged =
        merge("animal=cow@1 car=@1", "animal=horse@2 car=@1", "animal=cow@1 car=Audi@2", NOBODY);

    assertThat(text(merged)).isEqualTo("animal=horse@2 car=Audi@2");
  }

  @Test
  void aDeletionHereIsADeletion() {
    assertThat(text(merge("a=1@1 b=1@1", "b=1@1", "a=1@1 b=2@2", NOBODY))).isEqualTo("b=2@2");
  }

  @Test
  void aDeletionThereIsADeletion() {
    assertThat(text(merge("a=1@1 b=1@1", "a=1@1 b=2@2", "b=1@1", NOBODY))).isEqualTo("b=2@2");
  }

  @Test
  void theSameChangeOnBothSidesIsNoConflictAndKeepsTheLaterTime() {
    assertThat(text(merge("a=1@1", "a=2@5", "a=2@3", NOBODY))).isEqualTo("a=2@5");
  }

  @Test
  void ofTwoChangesTheLaterWinsAndTheIncomingOneIfTheyAreOfOneTime() {
    assertThat(text(merge("a=1@1", "a=2@5", "a=3@4", ConflictResolver.newest())))
        .isEqualTo("a=2@5");
    assertThat(text(merge("a=1@1", "a=2@5", "a=3@5", ConflictResolver.newest())))
        .isEqualTo("a=3@6");
  }

  @Test
  void aChangeWinsOverADeletionByDefault() {
    assertThat(text(merge("a=1@1", "", "a=2@2", ConflictResolver.newest()))).isEqualTo("a=2@2");
    assertThat(text(merge("a=1@1", "a=2@2", "", ConflictResolver.newest()))).isEqualTo("a=2@2");
  }

  @Test
  void aDeletionThatIsChosenDeletes() {
    assertThat(text(merge("a=1@1", "", "a=2@2", ConflictResolver.ours()))).isEmpty();
    assertThat(text(merge("a=1@1", "a=2@2", "", ConflictResolver.theirs()))).isEmpty();
  }

  @Test
  void aChosenWinnerGetsATimeAboveBoth() {
    assertThat(text(merge("a=1@1", "a=2@5", "a=3@9", ConflictResolver.ours()))).isEqualTo("a=2@10");
  }

  @Test
  void whatARefusingResolverSeesIsAConflict() {
    assertThatThrownBy(() -> merge("a=1@1", "a=2@5", "a=3@9", ConflictResolver.refuse()))
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CONFLICT))
        .hasMessageContaining("Preference a");
  }

  @Test
  void theOrderOfMembersWithinAValueIsNoChange() {
    SdkWallet base = wallet("a={'x':1,'y':2}@1");
    SdkWallet ours = wallet("a={'y':2,'x':1}@1");
    SdkWallet theirs = wallet("a=3@2");

    assertThat(text(ThreeWayMerge.merge(Base.of(base), ours, theirs, NOBODY))).isEqualTo("a=3@2");
  }

  @Property(tries = 1000)
  void nothingIsInvented(
      @ForAll("wallets") String base,
      @ForAll("wallets") String ours,
      @ForAll("wallets") String theirs,
      @ForAll Side side) {
    Merged merged = merge(base, ours, theirs, conflict -> side);

    merged
        .wallet()
        .preferences()
        .forEach(
            (key, preference) ->
                assertThat(List.of(ours, theirs))
                    .anyMatch(
                        from -> {
                          Preference there = wallet(from).preferences().get(key);
                          return there != null && there.sameValue(preference);
                        }));
  }

  @Property(tries = 1000)
  void nothingIsLost(
      @ForAll("wallets") String base,
      @ForAll("wallets") String ours,
      @ForAll("wallets") String theirs) {
    Set<String> asked = new HashSet<>();
    Merged merged =
        merge(
            base,
            ours,
            theirs,
            conflict -> {
              asked.add(conflict.key());
              return Side.OURS;
            });

    for (String key : new String[] {"a", "b", "c"}) {
      String was = value(wallet(base), key);
      String our = value(wallet(ours), key);
      String their = value(wallet(theirs), key);
      boolean bothChanged = !our.equals(was) && !their.equals(was) && !our.equals(their);
      assertThat(asked.contains(key)).isEqualTo(bothChanged);
      String expected = bothChanged || their.equals(was) ? our : their;
      assertThat(value(merged.wallet(), key)).isEqualTo(expected);
    }
  }

  @Property(tries = 1000)
  void bothSidesComeToTheSame(
      @ForAll("wallets") String base,
      @ForAll("wallets") String ours,
      @ForAll("wallets") String theirs) {
    Merged here = merge(base, ours, theirs, ConflictResolver.ours());
    Merged there = merge(base, theirs, ours, ConflictResolver.theirs());

    assertThat(here.wallet().values()).isEqualTo(there.wallet().values());
    assertThat(here.wallet().sameContent(there.wallet())).isTrue();
  }

  @Property(tries = 1000)
  void mergingAgainChangesNothing(
      @ForAll("wallets") String base,
      @ForAll("wallets") String ours,
      @ForAll("wallets") String theirs) {
    Merged once = merge(base, ours, theirs, ConflictResolver.newest());
    Merged twice =
        ThreeWayMerge.merge(
            Base.of(wallet(theirs)), once.wallet(), wallet(theirs), ConflictResolver.newest());

    assertThat(twice.wallet().sameContent(once.wallet())).isTrue();
    assertThat(twice.conflicts()).isEmpty();
  }

  /** A device that died between the wallet and the note about it merges once more. */
  @Property(tries = 1000)
  void mergingAgainWithTheOldBaseLosesNothing(
      @ForAll("wallets") String base,
      @ForAll("wallets") String ours,
      @ForAll("wallets") String theirs) {
    Merged once = merge(base, ours, theirs, ConflictResolver.newest());
    Merged again =
        ThreeWayMerge.merge(
            Base.of(wallet(base)), once.wallet(), wallet(theirs), ConflictResolver.newest());

    assertThat(again.wallet().values()).isEqualTo(once.wallet().values());
  }

  @Property(tries = 1000)
  void clientsThatMergeByTimestampsAgreeUnlessSomethingWasDeleted(
      @ForAll("wallets") String base,
      @ForAll("wallets") String ours,
      @ForAll("wallets") String theirs,
      @ForAll Side side) {
    SdkWallet merged = merge(base, ours, theirs, conflict -> side).wallet();

    SdkWallet atTheSdk = SdkMerge.merge(wallet(ours), merged);

    merged
        .preferences()
        .forEach(
            (key, preference) ->
                assertThat(value(atTheSdk, key)).isEqualTo(preference.value().toString()));
  }

  @Provide
  Arbitrary<String> wallets() {
    Arbitrary<String> entry =
        Arbitraries.of("1", "2", "3")
            .flatMap(value -> Arbitraries.integers().between(1, 4).map(ts -> value + "@" + ts));
    Arbitrary<String> maybe = entry.injectNull(0.3);
    return net.jqwik.api.Combinators.combine(maybe, maybe, maybe)
        .as(
            (a, b, c) ->
                ((a == null ? "" : "a=" + a)
                        + (b == null ? "" : " b=" + b)
                        + (c == null ? "" : " c=" + c))
                    .strip());
  }

  private static Merged merge(String base, String ours, String theirs, ConflictResolver resolver) {
    return ThreeWayMerge.merge(Base.of(wallet(base)), wallet(ours), wallet(theirs), resolver);
  }

  private static String value(SdkWallet wallet, String key) {
    Preference preference = wallet.preferences().get(key);
    return preference == null ? "" : preference.value().toString();
  }

  /** A wallet written as {@code name=value@time}, parted by blanks. */
  private static SdkWallet wallet(String text) {
    SdkWallet wallet = SdkWallet.empty();
    for (String entry : text.split(" ", -1)) {
      if (!entry.isEmpty()) {
        String name = entry.substring(0, entry.indexOf('='));
        String value = entry.substring(entry.indexOf('=') + 1, entry.indexOf('@'));
        String json = value.startsWith("{") ? value.replace('\'', '"') : '"' + value + '"';
        wallet =
            wallet.with(
                name,
                Preference.of(
                    PythonJson.parse(json),
                    Long.parseLong(entry.substring(entry.indexOf('@') + 1))));
      }
    }
    return wallet;
  }

  private static String text(Merged merged) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Preference> entry : merged.wallet().preferences().entrySet()) {
      text.append(text.isEmpty() ? "" : " ")
          .append(entry.getKey())
          .append('=')
          .append(entry.getValue().value().asText())
          .append('@')
          .append(entry.getValue().seconds());
    }
    return text.toString();
  }
}
