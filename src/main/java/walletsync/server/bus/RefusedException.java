package walletsync.server.bus;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import walletsync.protocol.Refusal;

/** A refusal on its way to the client. It crosses the local bus as itself; no stack trace. */
public final class RefusedException extends ReplyException {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(ReplyFailure.RECIPIENT_FAILURE, refusal.status(), refusal.name());
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
