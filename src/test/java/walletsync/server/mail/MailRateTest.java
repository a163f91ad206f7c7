package walletsync.server.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many mails may leave. */
class MailRateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** The clock begins anywhere, also shortly before it overflows. */
  @ParameterizedTest
  @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 5_000_000_000L})
  void aMinutesWorthAtOnceAndThenOneByOne(long start) {
    MailRate rate = new MailRate(6, start);

    assertThat(taken(rate, start, 10)).isEqualTo(6);
    assertThat(taken(rate, start + 9 * SECOND, 10)).isZero();
    assertThat(taken(rate, start + 10 * SECOND, 10)).isEqualTo(1);
    assertThat(taken(rate, start + 40 * SECOND, 10)).isEqualTo(3);
    assertThat(taken(rate, start + 4_000 * SECOND, 10)).isEqualTo(6);
  }

  private static int taken(MailRate rate, long now, int wishes) {
    int taken = 0;
    for (int i = 0; i < wishes; i++) {
      taken += rate.take(now) ? 1 : 0;
    }
    return taken;
  }
}
