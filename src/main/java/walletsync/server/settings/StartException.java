package walletsync.server.settings;

/**
 * The server cannot start, for a reason that the operator can mend. The message is one line for a
 * person: what is wrong, and what to do. It is printed without a stack trace.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A reason that needs no cause to be understood. */
  public StartException(String message) {
    super(message);
  }

  /** A reason with the failure that lies behind it, for the debug log. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
