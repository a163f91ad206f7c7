package walletsync.server.auth;

import io.vertx.ext.auth.hashing.HashString;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password hash in the PHC string format: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}, salt
 * and hash in Base64 without padding. (The parser of Vert.x takes {@code v=19} for the parameters
 * and the salt for the hash, and quotes the hash in its exception.)
 *
 * @param algorithm the algorithm's id
 * @param version with its leading dollar, or empty
 * @param parameters as they stand there
 * @param salt in Base64
 * @param hash in Base64
 */
record Phc(String algorithm, String version, String parameters, String salt, String hash) {
  static final int HASH_BYTES = 32;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$([a-z0-9-]+)(\\$v=[0-9]+|)\\$([a-z]+=[0-9]+(?:,[a-z]+=[0-9]+)*)"
              + "\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  /** Throws {@link IllegalArgumentException}, without the text, where that is no PHC string. */
  static Phc parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("A stored password hash is not a PHC string");
    }
    return new Phc(
        matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4), matcher.group(5));
  }

  /** All but the hash, as a hashing algorithm takes it. */
  HashString input() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String parameter : parameters.split(",", -1)) {
      int equals = parameter.indexOf('=');
      values.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return new HashString(algorithm, values, salt);
  }

  Phc withHash(String newHash) {
    return new Phc(algorithm, version, parameters, salt, newHash);
  }

  /** The PHC string, for the database alone. */
  String text() {
    return "$" + algorithm + version + "$" + parameters + "$" + salt + "$" + hash;
  }

  @Override
  public String toString() {
    return "Phc[" + algorithm + "]";
  }

  static byte[] decode(String base64) {
    return Base64.getDecoder().decode(base64);
  }

  static String encode(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
