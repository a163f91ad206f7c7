package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import java.time.Duration;

/**
 * Several devices of each account save without pause. Whoever comes second merges with the wallet
 * in the 409, and tries again until it is done.
 *
 * <p>{@code -Daccounts} (10), {@code -Ddevices} of each (5), {@code -Dseconds} (60).
 */
public final class ContendedAccounts extends LoadSimulation {
  public ContendedAccounts() {
    this(Sizes.number("devices", 5, 2, 20));
  }

  private ContendedAccounts(int devices) {
    super(Target.choose(), Accounts.of(Sizes.number("accounts", 10, 1, 500), devices, devices));
    Duration time = Duration.ofSeconds(Sizes.number("seconds", 60, 2, 3_600));
    run(
        time,
        Sizes.failedPercent(1),
        scenario("devices")
            .exec(Steps.actForOneOf(accounts().devices()))
            .exec(during(time, false).on(steps().save()))
            .injectOpen(atOnceUsers(accounts().devices().size())));
  }
}
