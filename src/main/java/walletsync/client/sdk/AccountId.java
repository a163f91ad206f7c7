package walletsync.client.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * What names an account in every wallet: the address of its root public key. The key is derived
 * from the seed (BIP 32), else from the extended private key, else it is the extended public one.
 */
public final class AccountId {
  private static final int EXTENDED_KEY_BYTES = 78;
  private static final int KEY_OFFSET = 45;
  private static final int SEED_ROUNDS = 2048;
  private static final int SEED_BYTES = 64;
  private static final int MAX_SEED_TEXT = 2000;
  private static final org.bouncycastle.asn1.x9.X9ECParameters CURVE =
      CustomNamedCurves.getByName("secp256k1");

  private AccountId() {}

  /**
   * The id of an account as it stands in a wallet.
   *
   * @throws ClientException with {@link Problem#UNREADABLE} if it has no key that can be read
   */
  public static String of(JsonNode account) {
    byte[] address = new byte[21];
    address[0] = (byte) (isMainnet(account) ? 0x55 : 0x6f);
    System.arraycopy(hash160(publicKey(account)), 0, address, 1, 20);
    return Base58Check.encode(address);
  }

  private static boolean isMainnet(JsonNode account) {
    return switch (account.path("ledger").asText()) {
      case "lbc_mainnet" -> true;
      case "lbc_testnet", "lbc_regtest" -> false;
      default -> throw unreadable();
    };
  }

  private static byte[] publicKey(JsonNode account) {
    String seed = account.path("seed").asText();
    String privateKey = account.path("private_key").asText();
    if (!seed.isEmpty()) {
      return publicKey(masterKey(seed));
    }
    if (!privateKey.isEmpty()) {
      byte[] key = Base58Check.decode(privateKey, EXTENDED_KEY_BYTES);
      return publicKey(Arrays.copyOfRange(key, KEY_OFFSET + 1, EXTENDED_KEY_BYTES));
    }
    String publicKey = account.path("public_key").asText();
    return Arrays.copyOfRange(
        Base58Check.decode(publicKey, EXTENDED_KEY_BYTES), KEY_OFFSET, EXTENDED_KEY_BYTES);
  }

  private static byte[] masterKey(String seed) {
    if (seed.length() > MAX_SEED_TEXT) {
      throw unreadable();
    }
    PKCS5S2ParametersGenerator pbkdf2 = new PKCS5S2ParametersGenerator(new SHA512Digest());
    pbkdf2.init(
        normalize(seed).getBytes(StandardCharsets.UTF_8),
        "lbryum".getBytes(StandardCharsets.US_ASCII),
        SEED_ROUNDS);
    byte[] stretched = ((KeyParameter) pbkdf2.generateDerivedParameters(8 * SEED_BYTES)).getKey();
    HMac hmac = new HMac(new SHA512Digest());
    hmac.init(new KeyParameter("Bitcoin seed".getBytes(StandardCharsets.US_ASCII)));
    hmac.update(stretched, 0, stretched.length);
    byte[] master = new byte[SEED_BYTES];
    hmac.doFinal(master, 0);
    return Arrays.copyOf(master, 32);
  }

  static String normalize(String seed) {
    return Normalizer.normalize(seed, Normalizer.Form.NFKD)
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\p{M}", "")
        .strip()
        .replaceAll("(?U)\\s+", " ");
  }

  private static byte[] publicKey(byte[] privateKey) {
    BigInteger scalar = new BigInteger(1, privateKey);
    if (scalar.signum() == 0 || scalar.compareTo(CURVE.getN()) >= 0) {
      throw unreadable();
    }
    return new FixedPointCombMultiplier()
        .multiply(CURVE.getG(), scalar)
        .normalize()
        .getEncoded(true);
  }

  private static byte[] hash160(byte[] bytes) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes);
      RIPEMD160Digest ripemd = new RIPEMD160Digest();
      ripemd.update(sha256, 0, sha256.length);
      byte[] hash = new byte[20];
      ripemd.doFinal(hash, 0);
      return hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static ClientException unreadable() {
    return new ClientException(
        Problem.UNREADABLE, "An account of the wallet has no key that can be read.");
  }
}
