package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import java.time.Duration;

/**
 * Ten seconds of everything, for the build: contended accounts, conditional reads, sign-ins and
 * websockets. It says whether all of that works, and nothing of how fast.
 *
 * <p>{@code -Dseconds} (10).
 */
public final class Smoke extends LoadSimulation {
  public Smoke() {
    super(Target.choose(), Accounts.of(5, 3, 3));
    Duration time = Duration.ofSeconds(Sizes.number("seconds", 10, 1, 60));
    run(
        time,
        Sizes.failedPercent(1),
        scenario("devices")
            .exec(Steps.actForOneOf(accounts().devices()))
            .exec(steps().open())
            .exec(
                during(time, false)
                    .on(
                        exec(pause(Duration.ofMillis(1), Duration.ofMillis(20)))
                            .exec(
                                randomSwitch()
                                    .on(
                                        percent(50).then(steps().read()),
                                        percent(44).then(steps().save()),
                                        percent(1).then(steps().signIn()),
                                        percent(5)
                                            .then(exec(steps().close()).exec(steps().open()))))))
            .exec(steps().close())
            .injectOpen(atOnceUsers(accounts().devices().size())));
  }
}
