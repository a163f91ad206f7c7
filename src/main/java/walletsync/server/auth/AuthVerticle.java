package walletsync.server.auth;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import walletsync.protocol.Refusal;
import walletsync.server.auth.AuthRequest.FetchSaltSeed;
import walletsync.server.auth.AuthRequest.FetchSession;
import walletsync.server.auth.AuthRequest.IssueTicket;
import walletsync.server.auth.AuthRequest.RedeemTicket;
import walletsync.server.auth.AuthRequest.RefreshSessions;
import walletsync.server.auth.AuthRequest.ResendVerification;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.auth.AuthRequest.Verify;
import walletsync.server.bus.Bus;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;
import walletsync.server.metrics.Metrics;
import walletsync.server.settings.SignUpMode;

/**
 * Answers for accounts, passwords and sessions. It only wires. Deploy one instance: the bound on
 * password hashing is its own.
 */
public final class AuthVerticle extends VerticleBase {
  private final Bus bus;
  private final Database database;
  private final SignUpPolicy policy;
  private final int passwordThreads;
  private final int passwordQueue;
  private final Metrics metrics;
  private PasswordWorkers passwords;
  private SessionPurging purging;

  /**
   * @param whitelist the addresses that may sign up in mode Whitelist
   * @param passwordThreads how many passwords are hashed at a time
   * @param passwordQueue how many more may wait
   */
  public AuthVerticle(
      Bus bus,
      Database database,
      SignUpMode mode,
      Set<String> whitelist,
      int passwordThreads,
      int passwordQueue,
      Metrics metrics) {
    this.bus = bus;
    this.database = database;
    this.policy = new SignUpPolicy(mode, whitelist);
    this.passwordThreads = passwordThreads;
    this.passwordQueue = passwordQueue;
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    PasswordWorkers workers = new PasswordWorkers(vertx, passwordThreads, passwordQueue, metrics);
    passwords = workers;
    AccountStore accounts = new AccountStore();
    TokenStore tokens = new TokenStore();
    Tickets tickets = new Tickets(database, tokens);
    SignUp signUp = new SignUp(database, accounts, workers, policy, bus);
    LogIn logIn = new LogIn(database, accounts, tokens, workers, bus, metrics);
    // No socket hears of the wallet that a password change stores: they are all closed.
    ChangePassword changePassword =
        new ChangePassword(database, accounts, tokens, logIn, workers, bus);
    purging = new SessionPurging(vertx, database, metrics);
    purging.start();
    return Future.all(
        List.of(
            bus.answer(AuthRequest.SignUp.class, signUp::signUp),
            bus.answer(AuthRequest.LogIn.class, logIn::logIn),
            bus.answer(AuthRequest.ChangePassword.class, changePassword::change),
            bus.answer(Verify.class, signUp::verify),
            bus.answer(ResendVerification.class, signUp::resend),
            bus.answer(
                FetchSaltSeed.class,
                request ->
                    database
                        .read(client -> accounts.findSaltSeed(client, request.email()))
                        .map(seed -> found(seed, Refusal.NO_SALT_SEED))),
            bus.answer(
                FetchSession.class,
                request ->
                    database.read(client -> tokens.find(client, request.token())).map(this::live)),
            bus.answer(
                RefreshSessions.class,
                request -> database.read(client -> tokens.find(client, request.devices()))),
            bus.answer(IssueTicket.class, tickets::issue),
            bus.answer(RedeemTicket.class, tickets::redeem)));
  }

  private Session live(Optional<Session> session) {
    return found(session, Refusal.TOKEN_NOT_FOUND);
  }

  private static <T> T found(Optional<T> value, Refusal otherwise) {
    return value.orElseThrow(() -> new RefusedException(otherwise));
  }

  @Override
  public Future<?> stop() {
    return Future.join(passwords.close(), purging.stop());
  }
}
