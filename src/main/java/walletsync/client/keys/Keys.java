package walletsync.client.keys;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import walletsync.protocol.Secret;
import walletsync.protocol.Sha256;

/**
 * What follows from e-mail, password and salt seed.
 *
 * @param saltSeed the seed that it was derived with
 * @param loginPassword what the server gets to see as the password
 * @param hmacKey what signs wallets; the server never sees it
 */
public record Keys(SaltSeed saltSeed, Secret loginPassword, HmacKey hmacKey) {
  private static final int HALF = 32;

  /**
   * Derives the keys. Takes seconds and 1 GiB with {@link KeyDerivation#standard()}.
   *
   * @param email exactly as at registration: here case matters, although the server ignores it
   * @param password as the person typed it
   */
  public static Keys derive(
      String email, Secret password, SaltSeed saltSeed, KeyDerivation derivation) {
    byte[] derived = derivation.derive(password, salt(email, saltSeed), 2 * HALF);
    String login = Base64.getEncoder().encodeToString(Arrays.copyOf(derived, HALF));
    return new Keys(
        saltSeed, Secret.of(login), HmacKey.of(Arrays.copyOfRange(derived, HALF, 2 * HALF)));
  }

  /** Half of a SHA-256 in hex, used as text: 32 ASCII bytes. */
  static byte[] salt(String email, SaltSeed saltSeed) {
    return HexFormat.of()
        .formatHex(Sha256.of(email, ":", saltSeed.text()))
        .substring(0, HALF)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
