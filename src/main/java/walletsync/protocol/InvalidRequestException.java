package walletsync.protocol;

import org.jspecify.annotations.Nullable;

/** A request that the protocol refuses before anything is looked up. Carries no stack trace. */
public final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;
  private final String error;

  public InvalidRequestException(Refusal refusal) {
    this(refusal, refusal.error(), null);
  }

  private InvalidRequestException(Refusal refusal, String error, @Nullable Throwable cause) {
    super(refusal.name(), cause, false, false);
    this.refusal = refusal;
    this.error = error;
  }

  /** A body with a member that the endpoint does not know, named as the original server does. */
  public static InvalidRequestException unknownField(String name) {
    return new InvalidRequestException(
        Refusal.UNKNOWN_FIELD,
        Refusal.UNKNOWN_FIELD.error("json: unknown field " + quoted(name)),
        null);
  }

  public Refusal refusal() {
    return refusal;
  }

  /** The text of the error body. */
  public String error() {
    return error;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
