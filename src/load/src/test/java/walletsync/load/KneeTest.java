package walletsync.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KneeTest {
  private static final int FAST = 5;
  private static final int SLOW = 500;

  /** 100, 200, 300 … requests a second, a second each, which may take 200 ms. */
  private final Knee knee = new Knee(100, 100, 1, 200);

  @Test
  void theKneeIsTheLastLevelBeforeAnswersStaySlow() {
    level(0, 100, FAST, 0);
    level(1, 200, FAST, 0);
    level(2, 300, SLOW, 0);
    level(3, 400, SLOW, 0);

    assertThat(knee.rate()).hasValue(200);
    assertThat(knee.lines()).last().asString().contains("The knee: 200 requests a second");
  }

  @Test
  void theKneeIsTheLastLevelBeforeRequestsFail() {
    level(0, 100, FAST, 0);
    level(1, 195, FAST, 5);
    level(2, 290, FAST, 10);

    assertThat(knee.rate()).hasValue(100);
  }

  @Test
  void answersThatDoNotComeAtTheRateThatWasAskedForBreakALevel() {
    level(0, 100, FAST, 0);
    level(1, 120, FAST, 0);
    level(2, 120, FAST, 0);

    assertThat(knee.rate()).hasValue(100);
  }

  @Test
  void oneSlowLevelAmongGoodOnesIsSomebodyElsesFault() {
    level(0, 100, FAST, 0);
    level(1, 200, SLOW, 0);
    level(2, 300, FAST, 0);

    assertThat(knee.rate()).hasValue(300);
    assertThat(knee.lines()).last().asString().contains("No knee was reached");
  }

  @Test
  void aSlowLastLevelIsNotBorne() {
    level(0, 100, FAST, 0);
    level(1, 200, SLOW, 0);

    assertThat(knee.rate()).hasValue(100);
  }

  @Test
  void aServerThatIsSlowFromTheBeginningBearsNothing() {
    level(0, 100, SLOW, 0);
    level(1, 200, SLOW, 0);

    assertThat(knee.rate()).isEmpty();
    assertThat(knee.lines()).last().asString().contains("The knee: none");
  }

  @Test
  void theEndIsKnownOnceTwoBrokenLevelsHadTimeToEnd() {
    level(0, 100, SLOW, 0);
    level(1, 200, SLOW, 0);

    assertThat(knee.isFound(2.5)).isFalse();
    assertThat(knee.isFound(3.0)).isTrue();
  }

  private void level(int level, int answered, int millis, int failed) {
    for (int i = 0; i < answered; i++) {
      knee.record(level + (double) i / answered, millis, false);
    }
    for (int i = 0; i < failed; i++) {
      knee.record(level, 0, true);
    }
  }
}
