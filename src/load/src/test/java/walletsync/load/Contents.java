package walletsync.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is in a wallet of the load, for whoever can read it: how many writes of each device went
 * into it. Who merges keeps the counts of the others, so that a write which got lost is missed in
 * the end. The rest is random, as encrypted wallets are: it does not compress.
 */
final class Contents {
  private static final int HMAC_BYTES = 32;

  private final int[] writes;

  private Contents(int[] writes) {
    this.writes = writes;
  }

  /** No write of any device. */
  static Contents empty(int devices) {
    return new Contents(new int[devices]);
  }

  static Contents of(Wallet wallet, int devices) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(wallet.text()));
    int[] writes = new int[devices];
    Arrays.setAll(writes, device -> bytes.getInt());
    return new Contents(writes);
  }

  /** These, and one more write of this device. */
  Contents plus(int device) {
    int[] more = writes.clone();
    more[device]++;
    return new Contents(more);
  }

  int writes(int device) {
    return writes[device];
  }

  /**
   * A wallet with these contents, unlike any other.
   *
   * @param bytes how large it is, before Base64 makes it longer by a third
   */
  Wallet wallet(long sequence, int bytes) {
    ByteBuffer plain = ByteBuffer.allocate(Math.max(bytes, writes.length * Integer.BYTES + 16));
    ThreadLocalRandom.current().nextBytes(plain.array());
    for (int count : writes) {
      plain.putInt(count);
    }
    byte[] hmac = new byte[HMAC_BYTES];
    ThreadLocalRandom.current().nextBytes(hmac);
    return new Wallet(
        Base64.getEncoder().encodeToString(plain.array()),
        sequence,
        HexFormat.of().formatHex(hmac));
  }
}
