package walletsync.server.fuzz;

import static walletsync.support.Http.object;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import walletsync.support.Http;
import walletsync.support.TestAccount;

/**
 * The account that attacks are made against: bodies and headers of theirs begin as valid ones.
 *
 * @param token of a device that is logged in
 * @param wallet the encrypted wallet that is stored
 */
public record Victim(String email, String password, String token, String wallet) {

  /** An endpoint that takes a body, and one that it takes. */
  public record Post(String path, Map<String, ?> body) {
    byte[] bytes() {
      return Http.json(body).getBytes(StandardCharsets.UTF_8);
    }
  }

  /**
   * A body with every member that the endpoint knows. Passwords are too short, and sequences far
   * from the next one, so that what a mutation leaves valid is refused before it costs anything.
   */
  Post post(Random random) {
    return switch (random.nextInt(5)) {
      case 0 ->
          new Post(
              "/api/3/signup",
              object("email", email, "password", "pw", "clientSaltSeed", TestAccount.SALT_SEED));
      case 1 ->
          new Post(
              "/api/3/auth/full", object("email", email, "password", "pw", "deviceId", "my phone"));
      case 2 ->
          new Post(
              "/api/3/password",
              object(
                  "email", email,
                  "oldPassword", "pw",
                  "newPassword", "pw2",
                  "clientSaltSeed", TestAccount.SALT_SEED,
                  "encryptedWallet", "wallet ✓",
                  "sequence", 4_000_000_000L,
                  "hmac", "hmac"));
      case 3 -> new Post("/api/3/verify/resend", object("email", email));
      default ->
          new Post(
              "/api/3/wallet",
              object(
                  "token",
                  token,
                  "encryptedWallet",
                  "wallet ✓",
                  "sequence",
                  4_000_000_000L,
                  "hmac",
                  "hmac"));
    };
  }
}
