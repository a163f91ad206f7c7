package walletsync.client.keys;

import walletsync.client.failure.ClientException;
import walletsync.protocol.Secret;

/** A process that derives the keys of the real account at full cost, and prints the password. */
final class DeriveOnce {
  private DeriveOnce() {}

  public static void main(String[] arguments) {
    try {
      Keys keys =
          Keys.derive(
              "joe2@example.com",
              Secret.of("123abc2"),
              new SaltSeed("fd7bcc62d7334fbf07aca5791783cb173e3aaef91e228f000a69e3ec8eef123e"),
              KeyDerivation.standard());
      System.out.println(keys.loginPassword().reveal());
    } catch (ClientException e) {
      System.out.println(e.problem() + ": " + e.getMessage());
    }
  }
}
