package walletsync.server.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/**
 * The answerer of a request failed, for no reason that the protocol knows. Carries the cause over
 * the local bus and names the request, but never its content.
 */
public final class AnswererFailedException extends ReplyException {
  private static final long serialVersionUID = 1L;

  AnswererFailedException(String request, Throwable cause) {
    super(ReplyFailure.RECIPIENT_FAILURE, -1, request, cause, true);
  }
}
