package walletsync.client.api;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/** The {@code Retry-After} header (RFC 9110), as a number of seconds. */
public final class RetryAfter {
  private RetryAfter() {}

  /** How long the server asks to wait; empty where it does not, or names a date. */
  public static Optional<Duration> of(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }
}
