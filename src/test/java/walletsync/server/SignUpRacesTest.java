package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;
import static walletsync.support.Http.object;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.protocol.Sha256;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Gate;
import walletsync.support.HeldLock;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.Invariants;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** Sign-ups for one address that meet, and so the uses of the links that one account is mailed. */
class SignUpRacesTest {
  private static final Pattern LINK = Pattern.compile("verifyToken=(?:3D)?([0-9a-f]{64})");
  private static final External DATABASE = TestPostgres.freshDatabase();

  private static Path outbox;
  private static TestServer server;
  private static TestServer other;

  @BeforeAll
  static void start(@TempDir Path folder) {
    outbox = folder;
    server = TestServer.emailVerify(outbox).on(DATABASE).start();
    other = TestServer.emailVerify(outbox).on(DATABASE).start();
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  @AfterEach
  void everythingIsConsistent() {
    Invariants.hold(DATABASE);
  }

  @Test
  void ofThirtyTwoSignUpsOfOneAddressAtOnceExactlyOneSucceeds() {
    String address = "one-of-many@example.com";
    List<CompletableFuture<Response>> signUps = new ArrayList<>();
    try (Gate gate = Gate.forAll(DATABASE, "INSERT", "accounts");
        HeldLock takenPerhaps =
            HeldLock.by(DATABASE, ACCOUNT, address, address, Sha256.of(address))) {
      signUps.add(begin(() -> signUp(server.http(), address)));
      signUps.add(begin(() -> signUp(other.http(), "One-Of-Many@example.com")));
      gate.awaitKept(2).open();
      // These two wait to see whether the address is taken.
      takenPerhaps.awaitWaiting(2);
      for (int i = 2; i < 32; i++) {
        String spelling = i % 3 == 0 ? address.toUpperCase(Locale.ROOT) : address;
        Http http = (i % 2 == 0 ? server : other).http();
        signUps.add(begin(() -> signUp(http, spelling)));
      }
      takenPerhaps.undo(); // it is not, so they race for it
      assertThat(signUps.stream().filter(signUp -> answer(signUp).status() == 201)).hasSize(1);
      assertThat(signUps.stream().filter(signUp -> answer(signUp).status() != 201))
          .allSatisfy(signUp -> answer(signUp).expectError(409, "Conflict: Error registering"));
    }
    assertThat(count("accounts WHERE email_normalized = ?", address)).isEqualTo(1);
    assertThat(
            count(
                "wallet_heads JOIN accounts ON id = account_id WHERE email_normalized = ?",
                address))
        .isEqualTo(1);
    assertThat(linksMailedTo(address)).hasSize(1);
  }

  private static final String ACCOUNT =
      """
      INSERT INTO accounts
        (email, email_normalized, email_key, password_hash, client_salt_seed, verified)
      VALUES (?, ?, ?, '', '', false)
      """;

  @Test
  void aLinkThatIsOpenedTwiceAtOnceVerifiesOnce() {
    TestAccount account = server.newAccount();
    String link = linksMailedTo(account.email()).get(0);
    try (HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var one = begin(() -> open(server, link));
      var two = begin(() -> open(other, link));
      row.awaitWaiting(2).release();

      assertThat(Stream.of(one, two).map(opened -> answer(opened).status()))
          .containsExactlyInAnyOrder(200, 403);
    }
    account.tryLogIn("laptop").expect(200);
  }

  @Test
  void aWishForAnotherLinkThatWaitedForTheVerificationIsRefused() {
    TestAccount account = server.newAccount();
    String link = linksMailedTo(account.email()).get(0);
    try (HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var verification = begin(() -> open(server, link));
      row.awaitWaiting(1);
      var resend = begin(() -> resend(other, account));
      row.awaitWaiting(2).release();

      answer(verification).expect(200);
      answer(resend).expectError(409, "Conflict: Account is already verified");
    }
    assertThat(linksMailedTo(account.email())).containsExactly(link);
    account.tryLogIn("laptop").expect(200);
  }

  @Test
  void aLinkWorksWhileTheMailWithItsReplacementIsStillOnItsWay() {
    TestAccount account = server.newAccount();
    String link = linksMailedTo(account.email()).get(0);
    try (HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var resend = begin(() -> resend(server, account));
      row.awaitWaiting(1);
      var verification = begin(() -> open(other, link));
      row.awaitWaiting(2).release();

      answer(verification).expect(200);
      answer(resend).expect(200);
    }
    account.tryLogIn("laptop").expect(200);
    List<String> links = new ArrayList<>(linksMailedTo(account.email()));
    assertThat(links).hasSize(2).contains(link);
    links.remove(link);
    open(server, links.get(0)).expect(403);
  }

  @Test
  void ofTwoLinksAskedForAtOnceExactlyOneWorks() {
    TestAccount account = server.newAccount();
    String first = linksMailedTo(account.email()).get(0);
    try (HeldLock row = HeldLock.onAccount(DATABASE, account)) {
      var one = begin(() -> resend(server, account));
      var two = begin(() -> resend(other, account));
      row.awaitWaiting(2).release();
      answer(one).expect(200);
      answer(two).expect(200);
    }
    open(server, first).expect(403);
    assertThat(linksMailedTo(account.email()).stream().map(link -> open(server, link).status()))
        .hasSize(3)
        .containsOnlyOnce(200);
  }

  /** As a client does it: who is asked to come back comes back. */
  private static Response signUp(Http http, String address) {
    Response response = new TestAccount(http, address).signUp();
    return response.body().contains("Too many logins") ? signUp(http, address) : response;
  }

  private static Response open(TestServer at, String verifyToken) {
    return at.http().get("/api/3/verify?verifyToken=" + verifyToken);
  }

  private static Response resend(TestServer at, TestAccount account) {
    return at.http().post("/api/3/verify/resend", object("email", account.email()));
  }

  private static long count(String of, String address) {
    return Sql.number(DATABASE, "SELECT count(*) FROM " + of, address);
  }

  /** The codes of the links, one for each mail. */
  private static List<String> linksMailedTo(String address) {
    try (Stream<Path> mails = Files.list(outbox)) {
      return mails
          .filter(mail -> mail.toString().endsWith(".eml"))
          .map(SignUpRacesTest::read)
          .filter(mail -> mail.toLowerCase(Locale.ROOT).contains("to: " + address))
          .map(mail -> LINK.matcher(mail.replace("=\r\n", "").replace("=\n", "")))
          .map(matcher -> matcher.results().map(MatchResult::group).findFirst().orElseThrow())
          .map(parameter -> parameter.substring(parameter.length() - 64))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path mail) {
    try {
      return Files.readString(mail);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
