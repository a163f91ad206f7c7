package walletsync.server.auth;

import io.vertx.ext.auth.hashing.HashingAlgorithm;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import walletsync.protocol.Secret;

/**
 * Hashes passwords with argon2id at the strength that OWASP names (19 MiB, 2 passes, 1 lane), and
 * verifies those of the original server too. Each call takes tens of milliseconds and as much
 * memory as the parameters say: never call this on an event loop.
 */
final class PasswordHash {
  private static final String VERSION = "$v=19";
  private static final String PARAMETERS = "m=19456,t=2,p=1";
  private static final int SALT_BYTES = 16;
  private static final HashingAlgorithm CURRENT = new Argon2id();

  /** A hash that no password has, made with the same work as any other. */
  static final String NOBODYS =
      new Phc(
              CURRENT.id(),
              VERSION,
              PARAMETERS,
              Phc.encode(new byte[SALT_BYTES]),
              Phc.encode(new byte[Phc.HASH_BYTES]))
          .text();

  private static final Map<String, HashingAlgorithm> ALGORITHMS =
      Map.of("argon2id", CURRENT, "scrypt", new Scrypt());

  private final SecureRandom random = new SecureRandom();

  /** A new hash, in PHC form. */
  String hash(Secret password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Phc phc = new Phc(CURRENT.id(), VERSION, PARAMETERS, Phc.encode(salt), "");
    return phc.withHash(CURRENT.hash(phc.input(), password.reveal())).text();
  }

  /** Whether the password is the one of the hash. */
  boolean verify(String stored, Secret password) {
    Phc phc = Phc.parse(stored);
    HashingAlgorithm algorithm = ALGORITHMS.get(phc.algorithm());
    if (algorithm == null) {
      throw new IllegalArgumentException("Unknown password hash algorithm " + phc.algorithm());
    }
    String actual = algorithm.hash(phc.input(), password.reveal());
    return MessageDigest.isEqual(Phc.decode(phc.hash()), Phc.decode(actual));
  }

  /** Whether the hash was made in another way than new ones are. */
  static boolean isOutdated(String stored) {
    Phc phc = Phc.parse(stored);
    return !phc.algorithm().equals(CURRENT.id())
        || !phc.version().equals(VERSION)
        || !phc.parameters().equals(PARAMETERS);
  }
}
