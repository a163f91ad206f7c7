package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Refusal;

/**
 * Reads the body of a request, whatever it calls itself: clients of this protocol send none or a
 * form's content type. At most a number of bytes are kept, within a time.
 */
final class RequestBody {
  private static final long TIMEOUT_MILLIS = 20_000;

  /**
   * So much of a body that is too large is read and dropped, so that its sender sees the answer.
   */
  private static final long DRAIN_BYTES = 8 << 20;

  private final Vertx vertx;
  private final int limitBytes;
  private final long timeoutMillis;

  RequestBody(Vertx vertx, int limitBytes) {
    this(vertx, limitBytes, TIMEOUT_MILLIS);
  }

  RequestBody(Vertx vertx, int limitBytes, long timeoutMillis) {
    this.timeoutMillis = timeoutMillis;
    this.vertx = vertx;
    this.limitBytes = limitBytes;
  }

  /**
   * Fails with {@code BODY_TOO_LARGE} or {@code BODY_TOO_SLOW}. Call this before anything waits.
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
              promise.tryFail(new InvalidRequestException(Refusal.BODY_TOO_SLOW));
              request.connection().close();
            });
    request.exceptionHandler(
        broken -> promise.tryFail(new InvalidRequestException(Refusal.MALFORMED_REQUEST)));
    request.endHandler(
        end -> {
          vertx.cancelTimer(timer);
          promise.tryComplete(body);
        });
    request.handler(
        chunk -> {
          received[0] += chunk.length();
          if (received[0] <= limitBytes) {
            body.appendBuffer(chunk);
          } else {
            promise.tryFail(new InvalidRequestException(Refusal.BODY_TOO_LARGE));
          }
        });
    if (declaredLength(request) > limitBytes) {
      promise.tryFail(new InvalidRequestException(Refusal.BODY_TOO_LARGE));
    }
    return promise.future().onFailure(failure -> vertx.cancelTimer(timer));
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
