package walletsync.server.auth;

import io.vertx.ext.auth.hashing.HashString;
import io.vertx.ext.auth.hashing.HashingAlgorithm;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id (RFC 9106), version 1.3. Parameters: m in KiB, t passes, p lanes. */
final class Argon2id implements HashingAlgorithm {
  @Override
  public String id() {
    return "argon2id";
  }

  @Override
  public String hash(HashString parameters, String password) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(Integer.parseInt(parameters.param("m")))
            .withIterations(Integer.parseInt(parameters.param("t")))
            .withParallelism(Integer.parseInt(parameters.param("p")))
            .withSalt(Phc.decode(parameters.salt()))
            .build());
    byte[] hash = new byte[Phc.HASH_BYTES];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return Phc.encode(hash);
  }
}
