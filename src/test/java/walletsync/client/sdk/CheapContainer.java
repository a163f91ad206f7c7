package walletsync.client.sdk;

import java.security.SecureRandom;

/** Containers whose keys cost next to nothing; their header says so to whoever opens them. */
public final class CheapContainer {
  private static final SecureRandom RANDOM = new SecureRandom();

  private CheapContainer() {}

  public static Packing packing() {
    return (json, password) -> {
      byte[] iv = new byte[16];
      RANDOM.nextBytes(iv);
      return WalletContainer.encrypt(json, password, iv, 2, 2, 1);
    };
  }
}
