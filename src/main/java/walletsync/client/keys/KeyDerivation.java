package walletsync.client.keys;

import walletsync.protocol.Secret;

/**
 * The slow function between a password and the keys. There is one that other clients understand,
 * {@link #standard()}; the interface is here so that an application can keep derived keys, and
 * tests need not wait.
 */
@FunctionalInterface
public interface KeyDerivation {
  /**
   * Derives keys.
   *
   * @param password as the person typed it
   * @param salt 32 bytes
   * @param length how many bytes to derive
   */
  byte[] derive(Secret password, byte[] salt, int length);

  /** scrypt with N = 2^20, r = 8, p = 1: some seconds, and 1 GiB of heap. */
  static KeyDerivation standard() {
    return ScryptDerivation.STANDARD;
  }
}
