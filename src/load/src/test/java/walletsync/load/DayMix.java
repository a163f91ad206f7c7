package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import java.time.Duration;

/**
 * A day in short: most devices ask whether there is anything new, and there is not; some save, some
 * sign in, and all have a websocket, which they lose now and then.
 *
 * <p>{@code -Daccounts} (100, two devices each), {@code -Drate} (200 steps a second), {@code
 * -Dseconds} (60).
 */
public final class DayMix extends LoadSimulation {
  private static final int DEVICES = 2;

  public DayMix() {
    super(Target.choose(), Accounts.of(Sizes.number("accounts", 100, 1, 5_000), DEVICES, DEVICES));
    Duration time = Duration.ofSeconds(Sizes.number("seconds", 60, 2, 3_600));
    int rate = Sizes.number("rate", 200, 1, 20_000);
    int devices = accounts().devices().size();
    long betweenMillis = Math.max(1, 1_000L * devices / rate);
    run(
        time.plusMillis(betweenMillis),
        Sizes.failedPercent(1),
        scenario("devices")
            .exec(Steps.actForOneOf(accounts().devices()))
            .exec(steps().open())
            .exec(
                during(time, false)
                    .on(
                        pace(
                                Duration.ofMillis(betweenMillis / 2),
                                Duration.ofMillis(betweenMillis * 3 / 2))
                            .exec(
                                randomSwitch()
                                    .on(
                                        percent(85).then(steps().read()),
                                        percent(10).then(steps().save()),
                                        percent(2).then(steps().signIn()),
                                        percent(3)
                                            .then(exec(steps().close()).exec(steps().open()))))))
            .exec(steps().close())
            .injectOpen(rampUsers(devices).during(Duration.ofMillis(betweenMillis))));
  }
}
