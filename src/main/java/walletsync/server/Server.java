package walletsync.server;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import walletsync.server.auth.AuthVerticle;
import walletsync.server.bus.Bus;
import walletsync.server.db.Database;
import walletsync.server.http.HttpVerticle;
import walletsync.server.http.HttpVerticle.HttpSettings;
import walletsync.server.http.RequestCounts;
import walletsync.server.http.SocketLimits;
import walletsync.server.mail.MailVerticle;
import walletsync.server.notify.NotifyVerticle;
import walletsync.server.notify.PostgresTransport;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.PushTransport;
import walletsync.server.settings.Settings;
import walletsync.server.settings.SignUpMode;
import walletsync.server.settings.StartException;
import walletsync.server.wallet.WalletVerticle;

/** A running server: one verticle for each concern, on a database whose schema is up to date. */
public final class Server {
  private final Vertx vertx;
  private final Database database;
  private final List<HttpVerticle> http = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();

  private Server(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
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
                // Nothing is served from files: no cache folder is needed.
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    Database database = Database.of(vertx, address, settings.databasePoolSize());
    Server server = new Server(vertx, database);
    Promise<Server> started = Promise.promise();
    server
        .deploy(settings, address)
        .onSuccess(done -> started.complete(server))
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

  /** Stops to listen, lets requests in flight finish, closes every connection. */
  public CompletionStage<Void> close() {
    // HTTP was deployed last: the others still answer while it finishes.
    Future<?> undeployed = Future.succeededFuture();
    for (int i = deployments.size() - 1; i >= 0; i--) {
      String deployment = deployments.get(i);
      undeployed = undeployed.transform(before -> vertx.undeploy(deployment));
    }
    // Vert.x must be closed from a thread that is not its own: what waits on one of its event loops
    // for their end is never told.
    return undeployed
        .transform(done -> database.close())
        .otherwiseEmpty()
        .toCompletionStage()
        .thenComposeAsync(done -> vertx.close().toCompletionStage());
  }

  private Future<?> deploy(Settings settings, DatabaseSettings.External address) {
    Bus bus = Bus.on(vertx);
    RequestCounts counts = new RequestCounts();
    int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
    boolean verifiesByMail = settings.signUpMode() == SignUpMode.EMAIL_VERIFY;
    HttpSettings httpSettings =
        new HttpSettings(
            settings.bindAddress(),
            settings.port(),
            settings.maxBodyBytes(),
            verifiesByMail,
            settings.push());
    SocketLimits limits = new SocketLimits(settings.push().websocketsPerAccount());
    return deploy(loops, () -> new WalletVerticle(bus, database))
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
                            settings.passwordQueue())))
        .compose(
            done ->
                settings
                    .mail()
                    .map(mail -> deploy(1, () -> new MailVerticle(bus, mail, settings.publicUrl())))
                    .orElse(Future.succeededFuture()))
        .compose(
            done ->
                settings.push().transport() == PushTransport.NONE
                    ? Future.succeededFuture()
                    : deploy(
                        1,
                        () ->
                            new NotifyVerticle(
                                bus,
                                notifier ->
                                    new PostgresTransport(
                                        notifier, Database.connectOptions(address)),
                                settings.push().rhythm().heartbeat())))
        .compose(
            done ->
                deploy(
                    loops,
                    () -> {
                      HttpVerticle verticle = new HttpVerticle(bus, counts, limits, httpSettings);
                      http.add(verticle);
                      return verticle;
                    }));
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
    boolean listening = settings.port() > 0 && isAboutListening(failure);
    return new StartException(
        listening
            ? "Cannot listen on %s port %d: %s. Set PORT or BIND_ADDRESS."
                .formatted(settings.bindAddress(), settings.port(), reason(failure))
            : "Cannot connect to the database: " + reason(failure) + ".",
        failure);
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
