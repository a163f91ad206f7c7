package walletsync.client.sdk;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** Base58 with a checksum of four bytes, as Bitcoin writes addresses and extended keys. */
final class Base58Check {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(58);
  private static final int CHECKSUM_BYTES = 4;

  /** Longer than any extended key; decoding takes quadratic time. */
  private static final int MAX_TEXT = 200;

  private Base58Check() {}

  static String encode(byte[] payload) {
    byte[] checked = Arrays.copyOf(payload, payload.length + CHECKSUM_BYTES);
    System.arraycopy(checksum(payload), 0, checked, payload.length, CHECKSUM_BYTES);
    StringBuilder reversed = new StringBuilder();
    BigInteger rest = new BigInteger(1, checked);
    while (rest.signum() > 0) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      reversed.append(ALPHABET.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    for (int i = 0; i < checked.length && checked[i] == 0; i++) {
      reversed.append(ALPHABET.charAt(0));
    }
    return reversed.reverse().toString();
  }

  /** The payload of the given length; without a valid checksum the key is unreadable. */
  static byte[] decode(String text, int payloadBytes) {
    BigInteger number = BigInteger.ZERO;
    if (text.length() > MAX_TEXT) {
      throw unreadable();
    }
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw unreadable();
      }
      number = number.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    byte[] digits = number.toByteArray();
    int from = digits.length > 1 && digits[0] == 0 ? 1 : 0;
    int length = payloadBytes + CHECKSUM_BYTES;
    if (digits.length - from > length) {
      throw unreadable();
    }
    byte[] checked = new byte[length];
    System.arraycopy(digits, from, checked, length - (digits.length - from), digits.length - from);
    byte[] payload = Arrays.copyOf(checked, payloadBytes);
    byte[] checksum = Arrays.copyOfRange(checked, payloadBytes, length);
    if (!Arrays.equals(checksum, checksum(payload))) {
      throw unreadable();
    }
    return payload;
  }

  private static ClientException unreadable() {
    return new ClientException(Problem.UNREADABLE, "An account of the wallet has a damaged key.");
  }

  private static byte[] checksum(byte[] payload) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return Arrays.copyOf(sha256.digest(sha256.digest(payload)), CHECKSUM_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
