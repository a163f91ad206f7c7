package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.asLongAsDuring;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many websockets are open when the server's process is killed. It starts again, and all of them
 * come back; each must hear at once of everything that was accepted before. Meanwhile writers go
 * on, with the same bytes until they are told what became of them.
 *
 * <p>{@code -Daccounts} (100, two devices each), {@code -Dsockets} (2000), {@code -Drate} of saves
 * (50 a second), {@code -Dseconds} before and after (15). It needs the server of its own.
 */
public final class ReconnectStorm extends LoadSimulation {
  private static final int DEVICES = 2;
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private final OwnServer server;
  private final int sockets;

  /** Counts the lives of the server; every socket belongs to one. */
  private final AtomicInteger generation = new AtomicInteger();

  private final AtomicInteger open = new AtomicInteger();
  private volatile long killed;
  private volatile long restarted;
  private volatile long allBack;
  private volatile boolean over;

  public ReconnectStorm() {
    this(ownServer());
  }

  private static OwnServer ownServer() {
    if (Target.choose() instanceof OwnServer own) {
      return own;
    }
    throw Refused.because("ReconnectStorm kills the server, so it takes one of its own: no -Durl");
  }

  private ReconnectStorm(OwnServer server) {
    super(server, Accounts.of(Sizes.number("accounts", 100, 1, 1_000), DEVICES, DEVICES));
    this.server = server;
    this.sockets = Sizes.number("sockets", 2_000, 1, 10_000);
    double failed = Sizes.failedPercent(1);
    Duration calm = Duration.ofSeconds(Sizes.number("seconds", 15, 2, 600));
    run(
        calm.plus(LONGEST).multipliedBy(2),
        List.of(few(Steps.OPEN, failed), few(Steps.SAVE, failed)),
        listeners(),
        writers(Sizes.number("rate", 50, 1, 2_000)),
        storm(calm));
  }

  private static Assertion few(String request, double percent) {
    return details(request).failedRequests().percent().lte(percent);
  }

  /** Sockets in turn for all devices; whoever loses its one comes back after a random moment. */
  private PopulationBuilder listeners() {
    List<Device> devices = accounts().devices();
    AtomicInteger next = new AtomicInteger();
    return scenario("devices that listen")
        .exec(
            session ->
                Steps.withDevice(session, devices.get(next.getAndIncrement() % devices.size())))
        .exec(
            asLongAs(session -> !over)
                .on(
                    doIf(this::isLost)
                        .then(exec(this::lives).exec(steps().open()).exec(this::counted))
                        .exec(pause(this::aMoment))))
        .exec(doIf(session -> !isLost(session)).then(steps().close()))
        .injectOpen(rampUsers(sockets).during(Duration.ofSeconds(Math.max(1, sockets / 250))));
  }

  private boolean isLost(Session session) {
    return !Steps.isOpen(session) || session.getInt("life") != generation.get();
  }

  private Session lives(Session session) {
    return session.set("life", generation.get());
  }

  private Session counted(Session session) {
    if (!isLost(session) && open.incrementAndGet() == sockets && generation.get() > 0) {
      allBack = System.nanoTime();
    }
    return session;
  }

  /** As clients do: soon at first, later when that did not help. */
  private Duration aMoment(Session session) {
    return Duration.ofMillis(
        isLost(session)
            ? ThreadLocalRandom.current().nextInt(500, 2_000)
            : ThreadLocalRandom.current().nextInt(100, 300));
  }

  private PopulationBuilder writers(int rate) {
    // The second devices: so many that none has to be faster than ten a second.
    int count = Math.min(accounts().all().size(), Math.max(1, rate / 10));
    List<Device> devices =
        accounts().all().stream().map(account -> account.devices().get(1)).limit(count).toList();
    return scenario("devices that save")
        .exec(Steps.actForOneOf(devices))
        .exec(
            asLongAs(session -> !over)
                .on(pace(Duration.ofMillis(1_000L * count / rate)).exec(steps().save())))
        .injectOpen(atOnceUsers(count));
  }

  private PopulationBuilder storm(Duration calm) {
    return scenario("the storm")
        .exec(
            asLongAsDuring(session -> open.get() < sockets, LONGEST)
                .on(pause(Duration.ofMillis(100))))
        .exec(pause(calm))
        .exec(
            session -> {
              // It takes seconds: not on Gatling's own threads.
              new Thread(this::blow, "storm").start();
              return session;
            })
        .exec(asLongAsDuring(session -> allBack == 0, LONGEST).on(pause(Duration.ofMillis(100))))
        .exec(pause(calm))
        .exec(
            session -> {
              over = true;
              return session;
            })
        .injectOpen(atOnceUsers(1));
  }

  private void blow() {
    killed = System.nanoTime();
    open.set(0);
    generation.incrementAndGet();
    try {
      server.crashAndRestart();
    } catch (IOException e) {
      throw Refused.because("the server did not start again: " + e.getMessage());
    }
    restarted = System.nanoTime();
  }

  @Override
  List<String> report() {
    if (allBack == 0) {
      throw new IllegalStateException(
          "Of %d websockets only %d came back".formatted(sockets, open.get()));
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "%d websockets were lost; the server was back after %.1f s, and all of them %.1f s later",
            sockets,
            (restarted - killed) / 1e9,
            (allBack - restarted) / 1e9));
  }
}
