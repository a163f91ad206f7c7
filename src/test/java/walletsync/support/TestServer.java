package walletsync.support;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import walletsync.protocol.Limits;
import walletsync.server.Server;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushTransport;
import walletsync.server.settings.Settings;
import walletsync.server.settings.SignUpMode;

/**
 * A real server of this process, on a free port and a database of its own. As an extension it lives
 * as long as its test class:
 *
 * <pre>{@code
 * @RegisterExtension static final TestServer server = TestServer.allowAll();
 * }</pre>
 */
public final class TestServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
  private static final AtomicInteger ACCOUNTS = new AtomicInteger();

  /** As an operator has it without settings, but that a server does not take its time to stop. */
  private static final PushSettings USUAL_PUSH =
      new PushSettings(PushTransport.POSTGRES, 100, Set.of(), Duration.ZERO);

  private final SignUpMode mode;
  private final Set<String> whitelist;
  private final Optional<Path> outbox;
  private final Optional<External> givenDatabase;
  private final int passwordThreads;
  private final int passwordQueue;
  private final PushSettings push;
  private External database;
  private Server server;

  private TestServer(
      SignUpMode mode,
      Set<String> whitelist,
      Optional<Path> outbox,
      Optional<External> givenDatabase,
      int passwordThreads,
      int passwordQueue,
      PushSettings push) {
    this.mode = mode;
    this.whitelist = whitelist;
    this.outbox = outbox;
    this.givenDatabase = givenDatabase;
    this.passwordThreads = passwordThreads;
    this.passwordQueue = passwordQueue;
    this.push = push;
  }

  public static TestServer allowAll() {
    return new TestServer(
        SignUpMode.ALLOW_ALL, Set.of(), Optional.empty(), Optional.empty(), 2, 1000, USUAL_PUSH);
  }

  public static TestServer whitelist(String... emails) {
    return new TestServer(
        SignUpMode.WHITELIST,
        Set.of(emails),
        Optional.empty(),
        Optional.empty(),
        2,
        1000,
        USUAL_PUSH);
  }

  /** A server whose accounts wait for a mail, which it writes to a folder. */
  public static TestServer emailVerify(Path outbox) {
    return new TestServer(
        SignUpMode.EMAIL_VERIFY,
        Set.of(),
        Optional.of(outbox),
        Optional.empty(),
        2,
        1000,
        USUAL_PUSH);
  }

  /** A server on a database that others use too. */
  public TestServer on(External shared) {
    return new TestServer(
        mode, whitelist, outbox, Optional.of(shared), passwordThreads, passwordQueue, push);
  }

  /** A server that hashes so many passwords at a time, while so many more wait. */
  public TestServer withPasswordWorkers(int threads, int queue) {
    return new TestServer(mode, whitelist, outbox, givenDatabase, threads, queue, push);
  }

  /** A server that tells devices of changes in this way. */
  public TestServer withPush(PushSettings other) {
    return new TestServer(
        mode, whitelist, outbox, givenDatabase, passwordThreads, passwordQueue, other);
  }

  public TestServer start() {
    database = givenDatabase.orElseGet(TestPostgres::freshDatabase);
    Settings settings =
        new Settings(
            "127.0.0.1",
            0,
            database,
            8,
            mode,
            whitelist,
            URI.create("http://wallets.example.com"),
            outbox.map(folder -> new MailSettings("wallet-sync@example.com", folder)),
            Limits.BODY_BYTES,
            passwordThreads,
            passwordQueue,
            push);
    server = await(Server.start(settings, database).toCompletionStage());
    return this;
  }

  @Override
  public void close() {
    await(server.close());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  public int port() {
    return server.port();
  }

  public External database() {
    return database;
  }

  /** Speaks HTTP with this server. */
  public Http http() {
    return new Http(URI.create("http://127.0.0.1:" + port()));
  }

  /** A new account, signed up over HTTP, with an address that no other has. */
  public TestAccount newAccount() {
    TestAccount account =
        new TestAccount(http(), "account" + ACCOUNTS.incrementAndGet() + "@example.com");
    account.signUp().expect(201);
    return account;
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
