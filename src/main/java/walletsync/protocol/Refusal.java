package walletsync.protocol;

import java.util.Map;

/**
 * Every "no" that the server can say: the HTTP status and the detail text of its error body.
 *
 * <p>The texts of the version 3 protocol are relied on by clients, to the letter. The body is
 * {@code {"error":"<status text>: <detail>"}}, or {@code {"error":"<status text>"}} without a
 * detail.
 */
public enum Refusal {
  // Reading the request
  MALFORMED_REQUEST(400, ""),
  MALFORMED_JSON(400, "Error parsing JSON"),
  /** Its detail is made for each request, see {@link InvalidRequestException#unknownField}. */
  UNKNOWN_FIELD(400, "json: unknown field"),
  NO_UPGRADE(400, "Expected a websocket upgrade"),
  METHOD_NOT_ALLOWED(405, ""),
  REQUEST_TOO_SLOW(408, ""),
  BODY_TOO_LARGE(413, ""),
  REQUEST_LINE_TOO_LONG(414, ""),
  HEADERS_TOO_LARGE(431, ""),
  UNKNOWN_PATH(404, ""),
  UNKNOWN_ENDPOINT(404, "Unknown Endpoint"),
  WRONG_API_VERSION(404, "Wrong API version. Current version is 3."),

  // Validation of bodies, in the words of each endpoint
  EMAIL_INVALID_OR_MISSING(400, invalid("Invalid or missing 'email'")),
  EMAIL_INVALID(400, invalid("Invalid 'email'")),
  PASSWORD_INVALID_OR_MISSING(400, invalid("Invalid or missing 'password'")),
  OLD_PASSWORD_INVALID_OR_MISSING(400, invalid("Invalid or missing 'oldPassword'")),
  NEW_PASSWORD_INVALID_OR_MISSING(400, invalid("Invalid or missing 'newPassword'")),
  PASSWORDS_EQUAL(400, invalid("'oldPassword' and 'newPassword' should not be the same")),
  SALT_SEED_INVALID_OR_MISSING(400, invalid("Invalid or missing 'clientSaltSeed'")),
  DEVICE_ID_MISSING(400, invalid("Missing 'deviceId'")),
  DEVICE_ID_INVALID(400, invalid("Invalid 'deviceId'")),
  TOKEN_MISSING(400, invalid("Missing 'token'")),
  WALLET_MISSING(400, invalid("Missing 'encryptedWallet'")),
  WALLET_INVALID(400, invalid("Invalid 'encryptedWallet'")),
  HMAC_MISSING(400, invalid("Missing 'hmac'")),
  HMAC_INVALID(400, invalid("Invalid 'hmac'")),
  SEQUENCE_MISSING(400, invalid("Missing or zero-value 'sequence'")),
  WALLET_FIELDS_INCOMPLETE(
      400,
      invalid(
          "Fields 'encryptedWallet', 'sequence', and 'hmac' should be all non-empty and non-zero,"
              + " or all omitted")),

  // Validation of queries
  TOKEN_PARAMETER_MISSING(400, "Missing token parameter"),
  CONFLICTING_TOKENS(400, "Conflicting tokens"),
  EMAIL_PARAMETER_INVALID(400, "Invalid email"),
  VERIFY_TOKEN_MISSING(400, "Missing verifyToken parameter"),

  // Who may do what
  NO_MATCH(401, "No match for email and/or password"),
  NOT_VERIFIED(401, "Account is not verified"),
  TOKEN_NOT_FOUND(401, "Token Not Found"),
  TICKET_NOT_FOUND(401, "Ticket Not Found"),
  ORIGIN_NOT_ALLOWED(403, "Origin not allowed"),
  NO_SUCH_ACCOUNT(401, "No match for email"),
  NOT_WHITELISTED(403, "Account not whitelisted"),
  NOT_EMAIL_VERIFY(403, "Account verification mode is not set to EmailVerify"),
  VERIFY_TOKEN_NOT_FOUND(403, "The verification token was not found, already used, or expired."),

  // The state of the account
  NO_SALT_SEED(404, "No match for email"),
  NO_WALLET(404, "No wallet"),
  EMAIL_TAKEN(409, "Error registering"),
  ALREADY_VERIFIED(409, "Account is already verified"),
  BAD_SEQUENCE(409, "Bad sequence number"),
  BAD_SEQUENCE_OR_NO_WALLET(409, "Bad sequence number or wallet does not exist"),
  WALLET_NEEDED(409, "Wallet exists; need an updated wallet when changing password"),

  // Too much of a good thing
  /** The time after which an unused ticket has expired. */
  TOO_MANY_TICKETS(429, "Too many tickets", 60),
  /** There is room when another closes, which nobody can foretell. */
  TOO_MANY_WEBSOCKETS(429, "Too many websockets", 30),
  /** The time after which one more mail is allowed for certain. */
  TOO_MANY_MAILS(429, "Too many verification mails", 1800),

  // The server itself
  INTERNAL(500, ""),
  UNAVAILABLE(503, ""),
  TOO_MANY_LOGINS(503, "Too many logins at once"),
  MAIL_UNAVAILABLE(503, "The verification mail could not be sent", 10);

  private static final Map<Integer, String> STATUS_TEXTS =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(409, "Conflict"),
          Map.entry(413, "Request Entity Too Large"),
          Map.entry(414, "Request URI Too Long"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(503, "Service Unavailable"));

  /** How long a client should stay away from a server that is busy or without its database. */
  private static final int SOON_SECONDS = 2;

  private final int status;
  private final String detail;
  private final int retryAfterSeconds;

  Refusal(int status, String detail) {
    this(status, detail, Refusal.SOON_SECONDS);
  }

  Refusal(int status, String detail, int retryAfterSeconds) {
    this.status = status;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }

  /** After how many seconds it is worth to ask again, where the status is 429 or 503. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** Whether it is a token, or what was got for one, that is not accepted. */
  public boolean isOfToken() {
    return this == TOKEN_NOT_FOUND || this == TICKET_NOT_FOUND;
  }

  /** The text of the {@code error} member, with this refusal's own detail. */
  public String error() {
    return error(detail);
  }

  /** The text of the {@code error} member with a detail made for one request. */
  public String error(String detail) {
    String text = STATUS_TEXTS.getOrDefault(status, "Error");
    return detail.isEmpty() ? text : text + ": " + detail;
  }

  private static String invalid(String reason) {
    return "Request failed validation: " + reason;
  }
}
