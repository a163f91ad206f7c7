package walletsync.server.health;

import walletsync.server.bus.Bus;

/** What can be asked of the health verticle. */
public sealed interface HealthRequest<R> extends Bus.Request<R> {

  /** Whether requests should come to this process. */
  record CheckReadiness() implements HealthRequest<Readiness> {}

  /**
   * The answer.
   *
   * @param reason one word for why it is not ready; {@code ready} where it is
   */
  record Readiness(boolean isReady, String reason) {}
}
