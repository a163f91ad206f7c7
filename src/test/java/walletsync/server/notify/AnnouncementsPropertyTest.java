package walletsync.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;

/** Whatever happens, in whatever order: every text fits, and together they say the newest. */
class AnnouncementsPropertyTest {
  private static final long MOST = 999_999_999_999_999_999L;

  @Property(tries = 500)
  void everyTextFitsAndTogetherTheySayTheNewestOfEachAccountOnce(
      @ForAll("histories") List<AccountEvent> history,
      @ForAll @IntRange(min = 60, max = 400) int max) {
    Announcements announcements = new Announcements("f47ac10b-58cc");
    history.forEach(announcements::add);

    List<AccountEvent> said = new ArrayList<>();
    while (!announcements.isEmpty()) {
      String text = announcements.take(max);
      assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(max);
      assertThat(announcements.isOwn(text)).isTrue();
      assertThat(Announcements.events(text)).isNotEmpty();
      said.addAll(Announcements.events(text));
    }
    assertThat(said).containsExactlyInAnyOrderElementsOf(newest(history));
  }

  @Property(tries = 500)
  void sendingThatFailsNowAndThenLosesNothing(
      @ForAll("histories") List<AccountEvent> history,
      @ForAll("histories") List<AccountEvent> meanwhile,
      @ForAll @IntRange(min = 60, max = 400) int max) {
    Announcements announcements = new Announcements("f47ac10b-58cc");
    history.forEach(announcements::add);
    String unsent = announcements.take(max);
    meanwhile.forEach(announcements::add);
    announcements.putBack(unsent);

    List<AccountEvent> all = new ArrayList<>(history);
    all.addAll(meanwhile);
    assertThat(Announcements.events(announcements.take(1_000_000)))
        .containsExactlyInAnyOrderElementsOf(newest(all));
  }

  @Property(tries = 1000)
  void anyTextIsReadWithoutAFailureAndOnlyItsGoodWordsAreHeard(
      @ForAll("garbage") String garbage, @ForAll("events") AccountEvent event) {
    Announcements announcements = new Announcements("f47ac10b-58cc");
    announcements.add(event);
    String good = announcements.take(1000);

    assertThat(Announcements.events(good + " " + garbage)).startsWith(event);
    assertThat(Announcements.events(garbage + good.substring(good.indexOf(' ')))).endsWith(event);
  }

  @Provide
  Arbitrary<List<AccountEvent>> histories() {
    return events().list().ofMaxSize(60);
  }

  /** Few accounts, so that the same ones come again; some with the longest numbers. */
  @Provide
  Arbitrary<AccountEvent> events() {
    Arbitrary<Long> accounts =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 5), Arbitraries.longs().between(MOST - 2, MOST));
    Arbitrary<Long> numbers = Arbitraries.longs().between(0, MOST);
    return Arbitraries.oneOf(
        Combinators.combine(accounts, numbers).as(WalletChanged::new),
        Combinators.combine(accounts, numbers).as(PasswordChanged::new),
        accounts.map(SessionsRevoked::new));
  }

  @Provide
  Arbitrary<String> garbage() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.strings().withChars("wprx0123456789: -").ofMaxLength(40));
  }

  private static List<AccountEvent> newest(List<AccountEvent> history) {
    Map<String, AccountEvent> newest = new LinkedHashMap<>();
    for (AccountEvent event : history) {
      newest.merge(
          event.getClass() + " " + event.accountId(),
          event,
          (one, two) -> number(one) > number(two) ? one : two);
    }
    return List.copyOf(newest.values());
  }

  private static long number(AccountEvent event) {
    if (event instanceof WalletChanged changed) {
      return changed.sequence();
    }
    return event instanceof PasswordChanged changed ? changed.epoch() : 0;
  }
}
