package walletsync.client.keys;

import walletsync.client.failure.ClientException;
import walletsync.protocol.Secret;

/** A process that derives keys of e-mail, password and salt seed at full cost, and prints them. */
final class DeriveOnce {
  private DeriveOnce() {}

  public static void main(String[] arguments) {
    try {
      Keys keys =
          Keys.derive(
              arguments[0],
              Secret.of(arguments[1]),
              new SaltSeed(arguments[2]),
              KeyDerivation.standard());
      System.out.println(keys.loginPassword().reveal() + " " + keys.hmacKey().hex());
    } catch (ClientException e) {
      System.out.println(e.problem() + ": " + e.getMessage());
    }
  }
}
