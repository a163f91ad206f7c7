package walletsync.client.keys;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * The random text from which, with the e-mail, the salt of the keys is made. The server keeps it,
 * so that a new device can derive the keys; each password has its own.
 *
 * @param text 64 hex characters, whose case counts
 */
public record SaltSeed(String text) {
  private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{64}");
  private static final SecureRandom RANDOM = new SecureRandom();

  public SaltSeed {
    if (!FORM.matcher(text).matches()) {
      throw new ClientException(Problem.UNTRUSTED, "The server sent a salt seed that is none.");
    }
  }

  public static SaltSeed random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return new SaltSeed(HexFormat.of().formatHex(bytes));
  }
}
