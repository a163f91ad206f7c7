package walletsync.protocol;

/** The paths of version 3 of the API. Paths are exact: a trailing slash makes another path. */
public final class ApiPaths {
  public static final String API = "/api/";
  public static final String BASE = "/api/3/";
  public static final String SIGN_UP = BASE + "signup";
  public static final String AUTH_FULL = BASE + "auth/full";
  public static final String WALLET = BASE + "wallet";
  public static final String PASSWORD = BASE + "password";
  public static final String CLIENT_SALT_SEED = BASE + "client-salt-seed";
  public static final String VERIFY = BASE + "verify";
  public static final String VERIFY_RESEND = BASE + "verify/resend";
  public static final String WEBSOCKET = BASE + "websocket";

  public static final String WEBSOCKET_TICKET = BASE + "websocket/ticket";

  private ApiPaths() {}
}
