package walletsync.client.sdk;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;

/**
 * The SDK's encrypted wallet: Base64 of {@code s:8192:16:1:}, 16 random bytes that are both the IV
 * and the salt, and AES-256-CBC over a zlib stream of the JSON text. There is no MAC, so whoever
 * takes a container from a server checks the server's HMAC first.
 *
 * <p>A server chooses what a client reads here, so everything is bounded: the text, the cost of the
 * key derivation, and what the stream may unfold to.
 */
public final class WalletContainer {
  /** The longest container that is read, in characters. */
  public static final int MAX_TEXT = 16 * 1024 * 1024;

  private static final int N = 8192;
  private static final int R = 16;
  private static final int P = 1;
  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;
  private static final int HEADER_FIELDS = 4;

  /** N times r, that is memory in units of 128 bytes: 64 MiB, four times what the SDK uses. */
  private static final long MAX_MEMORY_COST = 4L * N * R;

  /** N times r times p, that is time: eight times what the SDK uses. */
  private static final long MAX_TIME_COST = 8L * N * R;

  private static final SecureRandom RANDOM = new SecureRandom();

  private WalletContainer() {}

  /** Encrypts JSON text with a fresh IV, so that no two results are equal. */
  public static String encrypt(String json, Secret password) {
    byte[] iv = new byte[BLOCK_BYTES];
    RANDOM.nextBytes(iv);
    return encrypt(json, password, iv);
  }

  static String encrypt(String json, Secret password, byte[] iv) {
    return encrypt(json, password, iv, N, R, P);
  }

  static String encrypt(String json, Secret password, byte[] iv, int n, int r, int p) {
    return encrypt(json, key(password, iv, n, r, p), iv, "s:" + n + ":" + r + ":" + p + ":");
  }

  /** Under a key that is known already. */
  static String encrypt(String json, byte[] key, byte[] iv) {
    return encrypt(json, key, iv, "s:" + N + ":" + R + ":" + P + ":");
  }

  private static String encrypt(String json, byte[] key, byte[] iv, String head) {
    byte[] header = head.getBytes(StandardCharsets.US_ASCII);
    byte[] ciphertext;
    try {
      ciphertext =
          cipher(Cipher.ENCRYPT_MODE, key, iv)
              .doFinal(Zlib.deflate(json.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has AES", e);
    }
    return Base64.getEncoder()
        .encodeToString(
            ByteBuffer.allocate(header.length + iv.length + ciphertext.length)
                .put(header)
                .put(iv)
                .put(ciphertext)
                .array());
  }

  /**
   * The JSON text of a container. As in the SDK, characters that are not Base64 are ignored, and
   * the cost of the key derivation is taken from the container, within bounds.
   *
   * @throws ClientException with {@link Problem#SIGN_IN} if the password is wrong; with {@link
   *     Problem#UNREADABLE} if it is no container, is damaged, or is too large or costly to read
   */
  public static String decrypt(String container, Secret password) {
    byte[] bytes = decodeBase64(container);
    int[] colons = firstColons(bytes);
    long n = number(bytes, colons[0] + 1, colons[1]);
    long r = number(bytes, colons[1] + 1, colons[2]);
    long p = number(bytes, colons[2] + 1, colons[3]);
    checkCost(n, r, p);
    int start = colons[HEADER_FIELDS - 1] + 1;
    if (bytes.length - start < BLOCK_BYTES || (bytes.length - start) % BLOCK_BYTES != 0) {
      throw unreadable("it is cut off");
    }
    byte[] iv = Arrays.copyOfRange(bytes, start, start + BLOCK_BYTES);
    byte[] stream;
    try {
      stream =
          cipher(Cipher.DECRYPT_MODE, key(password, iv, (int) n, (int) r, (int) p), iv)
              .doFinal(bytes, start + BLOCK_BYTES, bytes.length - start - BLOCK_BYTES);
    } catch (BadPaddingException e) {
      throw wrongPassword();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has AES", e);
    }
    if (stream.length == 0 || !Zlib.hasHeader(stream)) {
      throw wrongPassword();
    }
    return utf8(Zlib.inflate(stream));
  }

  /** What the SDK says too. */
  private static ClientException wrongPassword() {
    return new ClientException(Problem.SIGN_IN, "Password is invalid.");
  }

  private static ClientException unreadable(String why) {
    return new ClientException(
        Problem.UNREADABLE, "This is not a wallet that can be read: " + why + ".");
  }

  private static byte[] decodeBase64(String text) {
    if (text.length() > MAX_TEXT) {
      throw unreadable("it is too large");
    }
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      throw unreadable("it is not Base64");
    }
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw unreadable("it is not Base64");
    }
  }

  private static int[] firstColons(byte[] bytes) {
    int[] colons = new int[HEADER_FIELDS];
    int found = 0;
    for (int i = 0; i < bytes.length && found < HEADER_FIELDS; i++) {
      if (bytes[i] == ':') {
        colons[found++] = i;
      }
    }
    if (found < HEADER_FIELDS) {
      throw unreadable("its header is missing");
    }
    return colons;
  }

  private static long number(byte[] bytes, int from, int to) {
    if (to - from < 1 || to - from > 9) {
      throw unreadable("its header has no such numbers");
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        throw unreadable("its header has no such numbers");
      }
      number = 10 * number + bytes[i] - '0';
    }
    return number;
  }

  private static void checkCost(long n, long r, long p) {
    boolean possible = n > 1 && Long.bitCount(n) == 1 && r > 0 && p > 0 && (r > 1 || n < 65536);
    if (!possible) {
      throw unreadable("its header has no such numbers");
    }
    if (n > MAX_TIME_COST
        || r > MAX_TIME_COST
        || p > MAX_TIME_COST
        || n * r > MAX_MEMORY_COST
        || n * r * p > MAX_TIME_COST) {
      throw unreadable("its key would cost more than any real wallet's");
    }
  }

  private static byte[] key(Secret password, byte[] salt, int n, int r, int p) {
    return SCrypt.generate(password.utf8(), salt, n, r, p, KEY_BYTES);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return cipher;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw unreadable("its text is not UTF-8");
    }
  }
}
