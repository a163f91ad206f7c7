package walletsync.server.auth;

import java.security.SecureRandom;
import java.util.HexFormat;
import walletsync.protocol.Secret;

/** Makes tokens and the codes of mailed links: 32 random bytes as 64 lower-case hex characters. */
final class Tokens {
  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  Secret next() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }
}
