package walletsync.server;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import walletsync.server.auth.AuthVerticle;
import walletsync.server.bus.Bus;
import walletsync.server.db.Database;
import walletsync.server.health.HealthVerticle;
import walletsync.server.http.Connections;
import walletsync.server.http.HttpVerticle;
import walletsync.server.http.HttpVerticle.HttpSettings;
import walletsync.server.http.ManagementVerticle;
import walletsync.server.http.SocketLimits;
import walletsync.server.mail.MailCounts;
import walletsync.server.mail.MailVerticle;
import walletsync.server.metrics.Metrics;
import walletsync.server.notify.NotifyVerticle;
import walletsync.server.notify.PostgresTransport;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.EdgeSettings;
import walletsync.server.settings.PushTransport;
import walletsync.server.settings.Settings;
import walletsync.server.settings.SignUpMode;
import walletsync.server.settings.StartException;
import walletsync.server.wallet.DueAccounts;
import walletsync.server.wallet.PurgeVerticle;
import walletsync.server.wallet.WalletCounts;
import walletsync.server.wallet.WalletVerticle;

/** A running server: one verticle for each concern, on a database whose schema is up to date. */
public final class Server {
  private static final Duration GRACE = Duration.ofSeconds(4);

  /** In one word, as readiness says it. */
  private static final String STOPPING = "stopping";

  private final Vertx vertx;
  private final Database database;
  private final Metrics metrics;
  private final Duration patience;
  private volatile Optional<String> obstacle = Optional.of("starting");
  private final List<ManagementVerticle> management = new CopyOnWriteArrayList<>();
  private final List<HttpVerticle> http = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  /**
   * @param patience how long each verticle may take to stop; what it waits for may be dead
   */
  private Server(Vertx vertx, Database database, Metrics metrics, Duration patience) {
    this.patience = patience;
    this.vertx = vertx;
    this.database = database;
    this.metrics = metrics;
  }

  /**
   * Starts to serve.
   *
   * @param address where the database is; its schema must be up to date
   * @return fails with {@link StartException} when the port cannot be had
   */
  public static Future<Server> start(Settings settings, DatabaseSettings.External address) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                // One for each core, each with everything that a request needs.
                .setEventLoopPoolSize(loops())
                // Nothing is served from files: no cache folder is needed.
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    Metrics metrics = new Metrics();
    Database database = Database.of(vertx, address, settings.databasePoolSize(), metrics);
    Server server = new Server(vertx, database, metrics, settings.push().drain().plus(GRACE));
    Promise<Server> started = Promise.promise();
    server
        .deploy(settings, address)
        .onSuccess(
            done -> {
              server.obstacle = Optional.empty();
              started.complete(server);
            })
        .onFailure(
            failure ->
                server
                    .close()
                    .whenComplete((closed, e) -> started.fail(startFailure(settings, failure))));
    return started.future();
  }

  /** The port that is listened on. */
  public int port() {
    return http.get(0).port();
  }

  /** The port of health and metrics, where they have one of their own. */
  public Optional<Integer> managementPort() {
    return management.stream().findFirst().map(ManagementVerticle::port);
  }

  private Optional<String> obstacle() {
    return obstacle;
  }

  /** Says that no more requests should come here; those that come all the same are answered. */
  public void announceStop() {
    obstacle = Optional.of(STOPPING);
  }

  /** Stops to listen, lets requests in flight finish, closes every connection. */
  public CompletionStage<Void> close() {
    announceStop();
    // HTTP was deployed last: the others still answer while it finishes.
    Future<?> undeployed = Future.succeededFuture();
    for (int i = deployments.size() - 1; i >= 0; i--) {
      String deployment = deployments.get(i);
      undeployed =
          undeployed.transform(
              before ->
                  vertx.undeploy(deployment).timeout(patience.toMillis(), TimeUnit.MILLISECONDS));
    }
    // Vert.x must be closed from a thread that is not its own: what waits on one of its event loops
    // for their end is never told.
    return undeployed
        .transform(done -> database.close())
        .otherwiseEmpty()
        .onComplete(done -> metrics.close())
        .toCompletionStage()
        .thenComposeAsync(
            done ->
                vertx.close().timeout(GRACE.toMillis(), TimeUnit.MILLISECONDS).toCompletionStage())
        .exceptionally(stillClosing -> null);
  }

  private Future<?> deploy(Settings settings, DatabaseSettings.External address) {
    Bus bus = Bus.on(vertx);
    int loops = loops();
    boolean verifiesByMail = settings.signUpMode() == SignUpMode.EMAIL_VERIFY;
    HttpSettings httpSettings =
        new HttpSettings(
            settings.edge(), verifiesByMail, settings.push(), settings.logs().requests());
    HttpVerticle.Shared shared =
        new HttpVerticle.Shared(
            metrics,
            new SocketLimits(settings.push().websocketsPerAccount(), metrics),
            new Connections(settings.edge(), metrics),
            () -> obstacle.filter(STOPPING::equals).isPresent());
    DueAccounts due = new DueAccounts(settings.walletVersionsKept());
    WalletCounts counts = WalletCounts.of(metrics);
    MailCounts mails = new MailCounts(metrics);
    // Stopped last: it still tells the others of what the others here have done.
    return deployNotify(settings, address, bus)
        .compose(done -> deploy(loops, () -> new WalletVerticle(bus, database, due, counts)))
        .compose(done -> deploy(1, () -> new PurgeVerticle(database, due, metrics)))
        .compose(
            done ->
                deploy(
                    1,
                    () ->
                        new AuthVerticle(
                            bus,
                            database,
                            settings.signUpMode(),
                            settings.whitelist(),
                            settings.passwordThreads(),
                            settings.passwordQueue(),
                            metrics)))
        .compose(
            done ->
                settings
                    .mail()
                    .map(
                        mail ->
                            deploy(
                                1,
                                () ->
                                    new MailVerticle(
                                        bus,
                                        mail,
                                        settings.publicUrl(),
                                        settings.mailsPerMinute(),
                                        mails)))
                    .orElse(Future.succeededFuture()))
        .compose(
            done -> deploy(1, () -> new HealthVerticle(bus, database, this::obstacle, metrics)))
        .compose(
            done ->
                settings
                    .edge()
                    .management()
                    .map(
                        listen ->
                            deploy(
                                1,
                                () -> {
                                  ManagementVerticle verticle =
                                      new ManagementVerticle(bus, metrics, listen);
                                  management.add(verticle);
                                  return verticle;
                                }))
                    .orElse(Future.succeededFuture()))
        .compose(
            done ->
                deploy(
                    loops,
                    () -> {
                      HttpVerticle verticle = new HttpVerticle(bus, httpSettings, shared);
                      http.add(verticle);
                      return verticle;
                    }));
  }

  private static int loops() {
    return Math.max(1, Runtime.getRuntime().availableProcessors());
  }

  private Future<?> deployNotify(Settings settings, DatabaseSettings.External address, Bus bus) {
    return settings.push().transport() == PushTransport.NONE
        ? Future.succeededFuture()
        : deploy(
            1,
            () ->
                new NotifyVerticle(
                    bus,
                    notifier -> new PostgresTransport(notifier, Database.connectOptions(address)),
                    settings.push().rhythm().heartbeat(),
                    metrics));
  }

  private Future<Void> deploy(int instances, Supplier<? extends Deployable> verticle) {
    return vertx
        .deployVerticle(verticle, new DeploymentOptions().setInstances(instances))
        .onSuccess(deployments::add)
        .mapEmpty();
  }

  private static Throwable startFailure(Settings settings, Throwable failure) {
    if (failure instanceof StartException) {
      return failure;
    }
    // Before HTTP is deployed, only the database is spoken to.
    if (!isAboutListening(failure)) {
      return new StartException(
          settings.edge().tls().isPresent() && isAboutTls(failure)
              ? "Settings TLS_CERT_FILE and TLS_KEY_FILE do not fit: " + reason(failure) + "."
              : "Cannot connect to the database: " + reason(failure) + ".",
          failure);
    }
    EdgeSettings edge = settings.edge();
    String ports =
        edge.port()
            + edge.management().map(own -> " or " + own.port() + " (MANAGEMENT_PORT)").orElse("");
    return new StartException(
        "Cannot listen on %s port %s: %s. Set PORT or BIND_ADDRESS."
            .formatted(edge.bindAddress(), ports, reason(failure)),
        failure);
  }

  /** The files were readable a moment ago: what fails is what stands in them. */
  private static boolean isAboutTls(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DatabaseException || cause instanceof ClosedConnectionException) {
        return false; // exceptions of Vert.x, too
      }
      if (cause instanceof GeneralSecurityException || cause instanceof VertxException) {
        return true;
      }
    }
    return false;
  }

  /** The native transport has an exception of its own where Java has {@link BindException}. */
  private static boolean isAboutListening(Throwable failure) {
    return failure instanceof BindException
        || failure instanceof UnknownHostException
        || String.valueOf(failure.getMessage()).contains("bind");
  }

  /** {@code bind(..) failed with error(-98): Address already in use} ends with what counts. */
  private static String reason(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.substring(message.lastIndexOf(": ") < 0 ? 0 : message.lastIndexOf(": ") + 2);
  }
}
