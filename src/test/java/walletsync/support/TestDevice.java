package walletsync.support;

import static walletsync.support.Http.object;

import walletsync.support.Http.Response;

/**
 * A device that is logged in.
 *
 * @param token its token
 */
public record TestDevice(Http http, String token) {

  public Response get(String... headers) {
    return http.get("/api/3/wallet?token=" + token, headers);
  }

  public Response post(String wallet, long sequence, String hmac, String... headers) {
    return http.post(
        "/api/3/wallet",
        object("token", token, "encryptedWallet", wallet, "sequence", sequence, "hmac", hmac),
        headers);
  }
}
