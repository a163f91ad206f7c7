package walletsync.support;

import static walletsync.support.Http.object;

import java.util.Map;
import java.util.Objects;
import walletsync.support.Http.Response;

/** An account as its person sees it: an address, a password, devices. */
public final class TestAccount {
  public static final String SALT_SEED = "0123456789abcdef".repeat(4);

  private final Http http;
  private final String email;
  private String password = "password one";

  public TestAccount(Http http, String email) {
    this.http = http;
    this.email = email;
  }

  public String email() {
    return email;
  }

  public String password() {
    return password;
  }

  public Response signUp() {
    return http.post(
        "/api/3/signup", object("email", email, "password", password, "clientSaltSeed", SALT_SEED));
  }

  public Response tryLogIn(String device) {
    return http.post(
        "/api/3/auth/full", object("email", email, "password", password, "deviceId", device));
  }

  /** A device with a token. */
  public TestDevice logIn(String device) {
    return new TestDevice(http, Objects.requireNonNull(tryLogIn(device).expect(200).text("token")));
  }

  /** Changes the password; this object knows the new one if that was accepted. */
  public Response changePassword(String newPassword) {
    return changePassword(newPassword, object());
  }

  /** Changes the password, with a wallet. */
  public Response changePassword(String newPassword, String wallet, long sequence, String hmac) {
    return changePassword(
        newPassword, object("encryptedWallet", wallet, "sequence", sequence, "hmac", hmac));
  }

  private Response changePassword(String newPassword, Map<String, ? extends Object> wallet) {
    var body =
        object(
            "email", email,
            "oldPassword", password,
            "newPassword", newPassword,
            "clientSaltSeed", SALT_SEED);
    body.putAll(wallet);
    Response response = http.post("/api/3/password", body);
    if (response.status() == 200) {
      password = newPassword;
    }
    return response;
  }
}
