package walletsync.server.http;

import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.server.metrics.Metrics;
import walletsync.server.metrics.RequestCounts;

/**
 * One request until its answer. What is noted of it never comes from the client, but for an id that
 * was checked: no path, no query, no header, no body.
 */
final class Exchange {
  /** Its own name, so that operators can tell these lines from others. */
  private static final Logger LOG = LoggerFactory.getLogger("walletsync.requests");

  private final HttpServerRequest request;
  private final String id;
  private final long began = System.nanoTime();
  private String endpoint = "other";
  private boolean ended;

  Exchange(HttpServerRequest request) {
    this.request = request;
    this.id = RequestId.of(request);
  }

  HttpServerRequest request() {
    return request;
  }

  String id() {
    return id;
  }

  /** The endpoint is known now: its path, with nothing of the client's in it. */
  void reached(String path) {
    endpoint = path;
  }

  /**
   * The answer is on its way.
   *
   * @param logs whether each request gets a line
   */
  void answered(int status, int bytes, Metrics metrics, ClientAddress addresses, boolean logs) {
    if (ended) {
      return;
    }
    ended = true;
    long nanos = System.nanoTime() - began;
    metrics.answered(endpoint, status, nanos);
    if (logs) {
      LOG.atInfo()
          .addKeyValue("method", RequestCounts.label(request.method()))
          .addKeyValue("endpoint", endpoint)
          .addKeyValue("status", status)
          .addKeyValue("bytes", bytes)
          .addKeyValue("micros", nanos / 1_000)
          .addKeyValue("client", addresses.of(request))
          .addKeyValue("request", id)
          .log("request");
    }
  }
}
