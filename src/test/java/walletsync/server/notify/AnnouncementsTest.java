package walletsync.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;

/** The text by which processes tell each other what happened. */
class AnnouncementsTest {
  private final Announcements announcements = new Announcements("me");

  @Test
  void eachKindOfEventHasItsWord() {
    announcements.add(new WalletChanged(7, 4_294_967_295L));
    announcements.add(new PasswordChanged(7, 2));
    announcements.add(new SessionsRevoked(8));

    String text = announcements.take(1000);
    assertThat(text).isEqualTo("me p7:2 r8:0 w7:4294967295");
    assertThat(Announcements.events(text))
        .containsExactly(
            new PasswordChanged(7, 2),
            new SessionsRevoked(8),
            new WalletChanged(7, 4_294_967_295L));
    assertThat(announcements.isEmpty()).isTrue();
  }

  @Test
  void withNothingToSayTheTextIsTheProcessAlone() {
    assertThat(announcements.isEmpty()).isTrue();
    assertThat(announcements.take(1000)).isEqualTo("me");
    assertThat(Announcements.events("me")).isEmpty();
  }

  @Test
  void whatCouldNotBeSentIsNotNewerThanWhatHappenedMeanwhile() {
    announcements.add(new WalletChanged(1, 5));
    announcements.add(new WalletChanged(2, 5));
    String unsent = announcements.take(1000);
    announcements.add(new WalletChanged(1, 6));
    announcements.putBack(unsent);

    assertThat(Announcements.events(announcements.take(1000)))
        .containsExactlyInAnyOrder(new WalletChanged(1, 6), new WalletChanged(2, 5));
  }

  @Test
  void aProcessKnowsItsOwnTextsAndNoOthers() {
    assertThat(List.of("me", "me w1:1", "me w1:1 p2:2")).allMatch(announcements::isOwn);
    assertThat(List.of("", "m", "you", "men w1:1", "me2", "you me", " me"))
        .noneMatch(announcements::isOwn);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x1:2",
        "w1",
        "w1:",
        "w:1",
        "w1:2:3",
        "w-1:2",
        "w1:-2",
        "w+1:2",
        "w1.0:2",
        "w1:2x",
        "W1:2",
        "ww1:2",
        "w1:9999999999999999999",
        "w99999999999999999999:1",
        "{\"w\":1}",
        "w١:٢",
        "\t"
      })
  void whatIsNoWordOfThisReleaseIsLeftOutAndTheRestIsHeard(String other) {
    assertThat(Announcements.events("you w1:2 " + other + "  p3:4"))
        .containsExactly(new WalletChanged(1, 2), new PasswordChanged(3, 4));
  }

  /** While nothing can be sent, memory is bounded; what is dropped is healed by reading. */
  @Test
  void itDoesNotGrowWithoutALimit() {
    for (long account = 1; account <= 200_000; account++) {
      announcements.add(new WalletChanged(account, 1));
    }
    int words = 0;
    while (!announcements.isEmpty()) {
      words += Announcements.events(announcements.take(7_900)).size();
    }
    assertThat(words).isBetween(1, 50_000);
  }
}
