package walletsync.support;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A device that saves one wallet after the other, as fast as they are accepted, until it fails. */
public final class TirelessWriter {
  private final AtomicLong acknowledged = new AtomicLong();
  private final CompletableFuture<Long> attempted;

  private TirelessWriter(TestDevice device) {
    attempted = Await.begin(() -> write(device));
  }

  /** Begins, with the wallet {@code wallet 1} at sequence 1. */
  public static TirelessWriter through(TestDevice device) {
    return new TirelessWriter(device);
  }

  public void awaitAcknowledged(long wallets) {
    Await.until(wallets + " wallets are stored", () -> acknowledged.get() >= wallets);
  }

  /** Waits for the failure, and returns the sequence of the save whose outcome is unknown. */
  public long attempted() {
    return Await.answer(attempted);
  }

  private long write(TestDevice device) {
    while (true) {
      long next = acknowledged.get() + 1;
      try {
        device.post("wallet " + next, next, "hmac").expect(200);
      } catch (AssertionError failed) {
        return next;
      }
      acknowledged.set(next);
    }
  }
}
