package walletsync.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What all simulations have in common: a server, accounts that nobody else knows, and, when the
 * load has ended, a look at every account. Each accepted write must be there: if one is not, or too
 * many requests failed, the run fails.
 */
abstract class LoadSimulation extends Simulation {
  private static final String CHECK = "final sequence = accepted writes";

  /** For what comes after the load: devices that finish their saves, and the look at accounts. */
  private static final Duration REST = Duration.ofSeconds(60);

  private final Target target;
  private final Accounts accounts;
  private final int walletBytes = Sizes.number("walletBytes", 750, 100, 60_000);
  private final Totals totals = new Totals();
  private final Steps steps;

  /**
   * @param target where the load goes to
   */
  LoadSimulation(Target target, Accounts accounts) {
    this.target = target;
    this.accounts = accounts;
    this.steps = new Steps(target, totals, walletBytes);
  }

  final Accounts accounts() {
    return accounts;
  }

  final Steps steps() {
    return steps;
  }

  /**
   * All at one time, then the look at the accounts. All requests count for the failed share.
   *
   * @param longest what the load takes at most. If it takes over a minute more, with the look at
   *     the accounts, it is ended, and the run fails as its accounts are not checked
   */
  final void run(Duration longest, double failedPercent, PopulationBuilder... load) {
    run(longest, List.of(global().failedRequests().percent().lte(failedPercent)), load);
  }

  /**
   * @param assertions what else must hold
   */
  final void run(Duration longest, List<Assertion> assertions, PopulationBuilder... load) {
    List<Assertion> all = new ArrayList<>(assertions);
    // Both, as a check that did not take place must not pass for a good one.
    all.add(details(CHECK).failedRequests().count().is(0L));
    all.add(details(CHECK).successfulRequests().count().is((long) accounts.all().size()));
    setUp(
            scenario("begin")
                .exec(exec(session -> session))
                .injectOpen(atOnceUsers(1))
                .andThen(load)
                .andThen(check().injectOpen(atOnceUsers(1))))
        .protocols(protocol())
        .maxDuration(longest.plus(REST))
        .assertions(all);
  }

  private HttpProtocolBuilder protocol() {
    return http.baseUrl(target.url())
        .wsBaseUrl(target.url().replaceFirst("^http", "ws"))
        .disableWarmUp() // it would call Gatling's own site
        .disableCaching() // devices remember entity tags themselves
        .shareConnections();
  }

  private ScenarioBuilder check() {
    return scenario("look at every account")
        .exec(
            repeat(accounts.all().size(), "account")
                .on(
                    http(CHECK)
                        .get("/api/3/wallet")
                        .header(
                            "Authorization",
                            session -> "Bearer " + account(session).devices().get(0).token())
                        .check(
                            status().is(200),
                            bodyString()
                                .transformWithSession(
                                    (body, session) ->
                                        totals.check(
                                            account(session), Wallet.in(body).orElseThrow()))
                                .is(Totals.ALL_THERE))));
  }

  private LoadAccount account(Session session) {
    return accounts.all().get(session.getInt("account"));
  }

  @Override
  public void before() {
    target.start();
    System.out.printf(
        "%s: %s, %d accounts, %d devices signed in%n",
        name(), target.url(), accounts.all().size(), accounts.devices().size());
    accounts.prepare(URI.create(target.url()), walletBytes);
  }

  @Override
  public void after() {
    target.close();
    report().forEach(System.out::println);
    totals.complaints().forEach(System.out::println);
    System.out.println(totals.line(name(), accounts));
  }

  /** Further lines for the end. */
  List<String> report() {
    return List.of();
  }

  private String name() {
    return getClass().getSimpleName();
  }
}
