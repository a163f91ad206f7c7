package walletsync.support;

import org.bouncycastle.crypto.generators.SCrypt;
import walletsync.client.keys.KeyDerivation;

/** The client's derivation of keys at a cost that tests can pay. */
public final class CheapKeys {
  private CheapKeys() {}

  public static KeyDerivation derivation() {
    return (password, salt, length) -> SCrypt.generate(password.utf8(), salt, 2, 8, 1, length);
  }
}
