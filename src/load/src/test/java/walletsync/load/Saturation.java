package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.exitHereIf;
import static io.gatling.javaapi.core.CoreDsl.incrementUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Session;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Requests come at a rate that grows step by step, whether or not the earlier ones are answered:
 * four of five ask whether the wallet changed, one saves. It prints what each step brought, and the
 * rate above which answers become slow or fail. Gatling needs a good part of the machine itself.
 *
 * <p>{@code -Dstart} (100 a second), {@code -Dstep} (100), {@code -Dlevels} (40), {@code
 * -DlevelSeconds} (3), {@code -Dlatency} that the 99th percentile may have (200 ms), {@code
 * -Daccounts} (100, two devices each).
 */
public final class Saturation extends LoadSimulation {
  private static final int DEVICES = 2;

  /** Beyond the knee requests do fail. That is what it is for, but some only. */
  private static final int MOST_FAILED_PERCENT = 5;

  /** At the first rate, and not counted: until the JVMs have compiled what they do most. */
  private static final int WARM_UP_SECONDS = 8;

  private final Knee knee;
  private final Queue<Device> idle = new ConcurrentLinkedQueue<>();
  private volatile long began;

  public Saturation() {
    super(Target.choose(), Accounts.of(Sizes.number("accounts", 100, 1, 5_000), DEVICES, DEVICES));
    int start = Sizes.number("start", 100, 1, 20_000);
    int step = Sizes.number("step", 100, 1, 10_000);
    int levels = Sizes.number("levels", 40, 2, 100);
    Duration level = Duration.ofSeconds(Sizes.number("levelSeconds", 3, 1, 120));
    knee = new Knee(start, step, level.toSeconds(), Sizes.number("latency", 200, 1, 10_000));
    idle.addAll(accounts().devices());
    run(
        level.multipliedBy(levels).plusSeconds(WARM_UP_SECONDS),
        Sizes.failedPercent(MOST_FAILED_PERCENT),
        scenario("requests")
            .exec(this::begins)
            .exec(exitHereIf(session -> !session.contains("begun")))
            .exec(
                randomSwitch()
                    .on(
                        percent(80).then(timed(steps().read())),
                        percent(20).then(timed(steps().save()))))
            .exec(this::ends)
            .injectOpen(
                constantUsersPerSec(start).during(WARM_UP_SECONDS),
                incrementUsersPerSec(step)
                    .times(levels)
                    .eachLevelLasting(level)
                    .startingFrom(start)));
  }

  /** The first that comes starts the clock. A device is for one at a time. */
  private Session begins(Session session) {
    long now = System.nanoTime();
    synchronized (this) {
      if (began == 0) {
        began = now;
      }
    }
    double second = second(now);
    if (knee.isFound(second)) {
      return session; // enough is known: nothing more is asked for
    }
    Device device = idle.poll();
    if (device == null) {
      record(second, 0, true); // so many are unanswered that nobody is left to ask
      return session;
    }
    return Steps.withDevice(session, device).set("begun", now);
  }

  /** Counted from the first level on. */
  private double second(long nanoTime) {
    return (nanoTime - began) / 1e9 - WARM_UP_SECONDS;
  }

  private void record(double second, double latencyMillis, boolean failed) {
    if (second >= 0) {
      knee.record(second, latencyMillis, failed);
    }
  }

  private ChainBuilder timed(ChainBuilder step) {
    return exec(step)
        .exec(
            session -> {
              long begun = session.getLong("begun");
              record(second(begun), (System.nanoTime() - begun) / 1e6, Steps.isFailed(session));
              return session;
            });
  }

  private Session ends(Session session) {
    Device device = Steps.device(session);
    if (!device.isGivenUp()) {
      idle.add(device);
    }
    return session;
  }

  @Override
  List<String> report() {
    return knee.lines();
  }
}
