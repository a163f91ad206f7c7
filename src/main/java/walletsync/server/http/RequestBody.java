package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;

/**
 * Reads the body of a request, whatever it calls itself: clients of this protocol send none or a
 * form's content type. At most a number of bytes are kept, within a time.
 */
final class RequestBody {
  /**
   * So much of a body that is too large is read and dropped, so that its sender sees the answer.
   */
  private static final long DRAIN_BYTES = 8 << 20;

  private final Vertx vertx;
  private final int limitBytes;
  private final long timeoutMillis;
  private final BodyBudget budget;

  RequestBody(Vertx vertx, int limitBytes, Duration timeout, BodyBudget budget) {
    this.budget = budget;
    this.timeoutMillis = timeout.toMillis();
    this.vertx = vertx;
    this.limitBytes = limitBytes;
  }

  /**
   * Fails with {@code BODY_TOO_LARGE}, {@code REQUEST_TOO_SLOW}, or {@code UNAVAILABLE} when all
   * bodies together are too large. Call this before anything waits.
   */
  Future<Buffer> read(HttpServerRequest request) {
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    long[] received = {0};
    long timer =
        vertx.setTimer(
            timeoutMillis,
            expired -> {
              request.response().putHeader(HttpHeaders.CONNECTION, "close");
              promise.tryFail(new InvalidRequestException(Refusal.REQUEST_TOO_SLOW));
              request.connection().close();
            });
    request.exceptionHandler(
        broken -> promise.tryFail(new InvalidRequestException(Refusal.MALFORMED_REQUEST)));
    request.endHandler(
        end -> {
          promise.tryComplete(body);
        });
    request.handler(
        chunk -> {
          received[0] += chunk.length();
          if (received[0] > limitBytes) {
            promise.tryFail(new InvalidRequestException(Refusal.BODY_TOO_LARGE));
          } else if (promise.future().isComplete()) {
            return; // nobody waits for it any more
          } else if (budget.take(chunk.length())) {
            body.appendBuffer(chunk);
          } else {
            promise.tryFail(new RefusedException(Refusal.UNAVAILABLE));
          }
        });
    if (declaredLength(request) > limitBytes) {
      promise.tryFail(new InvalidRequestException(Refusal.BODY_TOO_LARGE));
    }
    return promise
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              // From here on the body belongs to a request, and those have limits of their own.
              budget.giveBack(body.length());
            });
  }

  /** What nobody reads is dropped: so many bytes, for so long, then the connection is closed. */
  void drain(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    long timer = vertx.setTimer(timeoutMillis, expired -> request.connection().close());
    long[] dropped = {0};
    request.exceptionHandler(broken -> vertx.cancelTimer(timer));
    request.endHandler(end -> vertx.cancelTimer(timer));
    request.handler(
        chunk -> {
          dropped[0] += chunk.length();
          if (dropped[0] > DRAIN_BYTES) {
            request.connection().close();
          }
        });
    request.resume();
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0; // the bytes are counted anyway
    }
  }
}
