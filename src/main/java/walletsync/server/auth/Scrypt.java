package walletsync.server.auth;

import io.vertx.ext.auth.hashing.HashString;
import io.vertx.ext.auth.hashing.HashingAlgorithm;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * scrypt (RFC 7914), with which the original server hashes: N=2^15, r=8, p=1. Parameters: ln is the
 * binary logarithm of N.
 */
final class Scrypt implements HashingAlgorithm {
  @Override
  public String id() {
    return "scrypt";
  }

  @Override
  public String hash(HashString parameters, String password) {
    return Phc.encode(
        SCrypt.generate(
            password.getBytes(StandardCharsets.UTF_8),
            Phc.decode(parameters.salt()),
            1 << Integer.parseInt(parameters.param("ln")),
            Integer.parseInt(parameters.param("r")),
            Integer.parseInt(parameters.param("p")),
            Phc.HASH_BYTES));
  }
}
