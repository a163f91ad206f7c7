package walletsync.client.failure;

import java.util.Objects;

/**
 * Something that the person can understand went wrong. The message is one sentence or two for that
 * person: it says what to do, and holds neither secrets nor parts of a wallet.
 */
public final class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public ClientException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  public ClientException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /** What to tell the person. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage(), "every failure has a message");
  }

  /** What kind of trouble it is. */
  public Problem problem() {
    return problem;
  }
}
