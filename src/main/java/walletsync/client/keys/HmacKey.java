package walletsync.client.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Wallet;

/** The key that proves that a wallet and its sequence come from somebody who knows the password. */
public final class HmacKey {
  private static final int BYTES = 32;

  private final byte[] key;

  private HmacKey(byte[] key) {
    if (key.length != BYTES) {
      throw new ClientException(Problem.LOCAL, "The profile holds no key where one should be.");
    }
    this.key = key.clone();
  }

  public static HmacKey of(byte[] key) {
    return new HmacKey(key);
  }

  /** The key as {@link #hex} wrote it. */
  public static HmacKey ofHex(String hex) {
    try {
      return new HmacKey(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new ClientException(Problem.LOCAL, "The profile holds no key where one should be.");
    }
  }

  /** The secret itself, for storing. */
  public String hex() {
    return HexFormat.of().formatHex(key);
  }

  /** A wallet with its proof: HMAC-SHA256 over {@code <sequence>:<encrypted wallet>}, in hex. */
  public Wallet sign(String encryptedWallet, long sequence) {
    return new Wallet(encryptedWallet, sequence, hmac(encryptedWallet, sequence));
  }

  /** Whether the wallet's proof is right. Takes the same time wherever it is wrong. */
  public boolean verifies(Wallet wallet) {
    return MessageDigest.isEqual(
        hmac(wallet.encryptedWallet(), wallet.sequence()).getBytes(StandardCharsets.UTF_8),
        wallet.hmac().getBytes(StandardCharsets.UTF_8));
  }

  private String hmac(String encryptedWallet, long sequence) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of()
          .formatHex(
              mac.doFinal((sequence + ":" + encryptedWallet).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HMAC-SHA256", e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
