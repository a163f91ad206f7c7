package walletsync.support;

import static walletsync.support.Http.object;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies that the server accepts, for tests that spoil one member at a time. */
public final class Bodies {
  /** A member with this value is left out. */
  public static final Object MISSING =
      new Object() {
        @Override
        public String toString() {
          return "missing";
        }
      };

  private Bodies() {}

  public static Map<String, @Nullable Object> signUp(String email) {
    return object(
        "email", email, "password", "password one", "clientSaltSeed", TestAccount.SALT_SEED);
  }

  public static Map<String, @Nullable Object> logIn(TestAccount account) {
    return object("email", account.email(), "password", account.password(), "deviceId", "a device");
  }

  /** A first wallet. */
  public static Map<String, @Nullable Object> wallet(String token) {
    return object("token", token, "encryptedWallet", "wallet", "sequence", 1, "hmac", "hmac");
  }

  /** A password change without a wallet. */
  public static Map<String, @Nullable Object> changePassword(TestAccount account) {
    return object(
        "email",
        account.email(),
        "oldPassword",
        account.password(),
        "newPassword",
        "password two",
        "clientSaltSeed",
        TestAccount.SALT_SEED);
  }

  /** A copy with members set to other values, given as names and values in turn. */
  public static Map<String, @Nullable Object> with(
      Map<String, @Nullable Object> body, @Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(body);
    copy.putAll(object(namesAndValues));
    copy.values().removeIf(value -> value == MISSING);
    return copy;
  }
}
