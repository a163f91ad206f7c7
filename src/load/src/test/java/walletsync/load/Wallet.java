package walletsync.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * A wallet as the server sees it.
 *
 * @param text the encrypted wallet, Base64
 * @param hmac hexadecimal
 */
record Wallet(String text, long sequence, String hmac) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The wallet in an answer, if there is one. */
  static Optional<Wallet> in(String body) {
    JsonNode json = json(body);
    if (!json.hasNonNull("encryptedWallet")) {
      return Optional.empty();
    }
    return Optional.of(
        new Wallet(
            json.get("encryptedWallet").asText(),
            json.get("sequence").asLong(),
            json.get("hmac").asText()));
  }

  static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The answer is no JSON", e);
    }
  }

  /** The body of the request that saves it; the token goes into a header. */
  String body() {
    return "{\"encryptedWallet\":\"%s\",\"sequence\":%d,\"hmac\":\"%s\"}"
        .formatted(text, sequence, hmac);
  }
}
