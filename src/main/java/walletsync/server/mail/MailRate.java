package walletsync.server.mail;

import java.util.concurrent.TimeUnit;

/**
 * Limits how many mails leave in the long run, whoever asks for them: addresses that one mailbox
 * has any number of would else have the operator's domain send as many. A minute's worth may be
 * asked for at once. For use on one event loop.
 */
final class MailRate {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final long each;
  private long countedUntil;

  /**
   * @param perMinute how many mails
   * @param now nanoseconds, on the clock of {@link #take}
   */
  MailRate(int perMinute, long now) {
    each = MINUTE / perMinute;
    countedUntil = now;
  }

  /**
   * Takes one mail's worth, if there is one.
   *
   * @param now nanoseconds since some moment, as {@link System#nanoTime} has them
   */
  boolean take(long now) {
    long until = (countedUntil - now > 0 ? countedUntil : now) + each;
    if (until - now > MINUTE) {
      return false;
    }
    countedUntil = until;
    return true;
  }
}
