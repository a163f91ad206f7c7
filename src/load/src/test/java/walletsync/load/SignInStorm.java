package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * More devices sign in than passwords can be hashed: those beyond are told to come back, and do.
 * Each then reads and saves. Meanwhile those that are signed in go on to save.
 *
 * <p>{@code -Daccounts} (50), {@code -DsignIns} (1000), {@code -Dseconds} in which they come (10),
 * {@code -Drate} of saves meanwhile (50 a second).
 */
public final class SignInStorm extends LoadSimulation {
  /** Passwords that a server hashes, however slow. */
  private static final int LEAST_A_SECOND = 2;

  private final AtomicInteger outside;
  private final int signIns;
  private volatile long began;
  private volatile long ended;

  public SignInStorm() {
    this(Sizes.number("accounts", 50, 1, 1_000), Sizes.number("signIns", 1_000, 1, 50_000));
  }

  private SignInStorm(int accounts, int signIns) {
    super(Target.choose(), Accounts.of(accounts, 1 + (signIns + accounts - 1) / accounts, 1));
    List<Device> strangers = accounts().strangers();
    this.signIns = strangers.size();
    this.outside = new AtomicInteger(strangers.size());
    int rate = Sizes.number("rate", 50, 1, 5_000);
    Duration time = Duration.ofSeconds(Sizes.number("seconds", 10, 1, 600));
    run(
        time.plusSeconds(signIns / LEAST_A_SECOND),
        Sizes.failedPercent(1),
        scenario("devices that sign in")
            .exec(Steps.actForOneOf(strangers))
            .exec(steps().signIn())
            .exec(
                session -> {
                  if (outside.decrementAndGet() == 0) {
                    ended = System.nanoTime();
                  }
                  return session;
                })
            .exec(steps().read())
            .exec(steps().save())
            .injectOpen(rampUsers(strangers.size()).during(time)),
        scenario("devices that are signed in")
            .exec(Steps.actForOneOf(accounts().devices()))
            .exec(
                session -> {
                  began = System.nanoTime();
                  return session;
                })
            .exec(
                asLongAs(session -> outside.get() > 0)
                    .on(
                        pace(Duration.ofMillis(Math.max(1, 1_000L * accounts / rate)))
                            .exec(exec(steps().read()).exec(steps().save()))))
            .injectOpen(atOnceUsers(accounts().devices().size())));
  }

  @Override
  List<String> report() {
    double seconds = (ended - began) / 1e9;
    return List.of(
        String.format(
            Locale.ROOT,
            "%d devices were signed in within %.1f s: %.0f a second",
            signIns,
            seconds,
            signIns / seconds));
  }
}
