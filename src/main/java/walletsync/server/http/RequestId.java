package walletsync.server.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of a request in logs: the client's or a proxy's own, or a random one. */
final class RequestId {
  static final String HEADER = "X-Request-Id";

  /** Nothing that could break a line of a log, or be a wallet. */
  private static final Pattern GOOD = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

  private RequestId() {}

  /** The same whenever it is asked for. */
  static String of(HttpServerRequest request) {
    @Nullable String given = request.getHeader(HEADER);
    if (given != null && GOOD.matcher(given).matches() && !looksLikeAToken(given)) {
      return given;
    }
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    request.headers().set(HEADER, random);
    return random;
  }

  /** A client that puts its token into the wrong header must not find it in a log. */
  private static boolean looksLikeAToken(String given) {
    return given.length() == 64;
  }
}
