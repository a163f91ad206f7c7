package walletsync.support;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import walletsync.server.Server;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.PushSettings;
import walletsync.server.settings.PushTransport;
import walletsync.server.settings.Settings;

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

  private final Map<String, String> settings;
  private final Optional<External> givenDatabase;
  private final PushSettings push;
  private final Optional<MailSettings> mail;
  private External database;
  private Server server;

  private TestServer(
      Map<String, String> settings,
      Optional<External> givenDatabase,
      PushSettings push,
      Optional<MailSettings> mail) {
    this.mail = mail;
    this.settings = settings;
    this.givenDatabase = givenDatabase;
    this.push = push;
  }

  public static TestServer allowAll() {
    return inMode("AllowAll");
  }

  public static TestServer whitelist(String... emails) {
    return inMode("Whitelist").with("ACCOUNT_WHITELIST", String.join(",", emails));
  }

  /** A server whose accounts wait for a mail, which it writes to a folder. */
  public static TestServer emailVerify(Path outbox) {
    return inMode("EmailVerify")
        .with("MAIL_TRANSPORT", "outbox")
        .with("MAIL_OUTBOX", outbox.toString())
        .with("MAIL_FROM", "wallet-sync@example.com")
        // Tests send more than people, unless they are about this.
        .with("MAILS_PER_MINUTE", "1000000");
  }

  /** A server whose accounts wait for a mail that leaves by these settings. */
  public static TestServer emailVerify(MailSettings mail) {
    TestServer usual = emailVerify(Path.of("unused"));
    return new TestServer(usual.settings, usual.givenDatabase, usual.push, Optional.of(mail));
  }

  private static TestServer inMode(String mode) {
    return new TestServer(
        Map.of(
            "BIND_ADDRESS", "127.0.0.1",
            "PORT", "0",
            "PUBLIC_URL", "http://wallets.example.com",
            "PASSWORD_THREADS", "2",
            "PASSWORD_QUEUE", "1000",
            // Tests look at the whole history, unless they are about its purge.
            "WALLET_VERSIONS_KEPT", "1000000",
            "ACCOUNT_VERIFICATION_MODE", mode),
        Optional.empty(),
        USUAL_PUSH,
        Optional.empty());
  }

  /** The same with a setting, by the name that operators use. */
  public TestServer with(String setting, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(setting, value);
    return new TestServer(Map.copyOf(more), givenDatabase, push, mail);
  }

  /** A server on a database that others use too. */
  public TestServer on(External shared) {
    return new TestServer(settings, Optional.of(shared), push, mail);
  }

  /** A server that hashes so many passwords at a time, while so many more wait. */
  public TestServer withPasswordWorkers(int threads, int queue) {
    return with("PASSWORD_THREADS", String.valueOf(threads))
        .with("PASSWORD_QUEUE", String.valueOf(queue));
  }

  /** A server that tells devices of changes in this way. */
  public TestServer withPush(PushSettings other) {
    return new TestServer(settings, givenDatabase, other, mail);
  }

  /** A server that keeps so many versions of each wallet. */
  public TestServer keepingVersions(int versions) {
    return with("WALLET_VERSIONS_KEPT", String.valueOf(versions));
  }

  public TestServer start() {
    database = givenDatabase.orElseGet(TestPostgres::freshDatabase);
    Settings read = Settings.load(settings, Optional.empty());
    server =
        await(Server.start(read.with(push, mail.or(read::mail)), database).toCompletionStage());
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

  /** The port of health and metrics, where that is another. */
  public int managementPort() {
    return server.managementPort().orElseThrow();
  }

  /** The first part of a stop: it says that it is not ready any more. */
  public void announceStop() {
    server.announceStop();
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
