package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.changePassword;
import static walletsync.support.Bodies.logIn;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.with;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestMails;
import walletsync.support.TestMails.Mail;
import walletsync.support.TestServer;

/** Mode EmailVerify: {@code GET /verify}, and accounts that wait for it. */
class VerifyTest {
  private static final String NO_MATCH = "Unauthorized: No match for email and/or password";
  private static final String NOT_VERIFIED = "Unauthorized: Account is not verified";
  private static final String VERIFIED = "Your account has been verified.";
  private static final String BAD_LINK =
      "There seems to be a problem with this URL: Missing verifyToken parameter";
  private static final String NOT_FOUND =
      "The verification token was not found, already used, or expired."
          + " If you want to try again, generate a new one from your app.";

  private static final TestMails mails = TestMails.inNewFolder();

  @RegisterExtension static final TestServer server = TestServer.emailVerify(mails.folder());

  @Test
  void aNewAccountWaitsForTheLinkInItsMail() {
    TestAccount account = new TestAccount(server.http(), "waits@example.com");

    Mail mail = mails.mailOf(201, account::signUp);

    account.tryLogIn("device").expectError(401, NOT_VERIFIED);
    Response answer = verify(mail.token()).expect(200);
    assertThat(answer.body()).isEqualTo(VERIFIED);
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
    account.tryLogIn("device").expect(200);
  }

  @Test
  void signUpSaysThatTheAccountIsNotVerified() {
    assertThat(
            server
                .http()
                .post("/api/3/signup", signUp("unverified@example.com"))
                .expect(201)
                .body())
        .isEqualTo("{\"verified\":false}");
  }

  @Test
  void theMailNamesServerSenderAndLink() {
    TestAccount account = new TestAccount(server.http(), "Mail.Me@Example.com");

    Mail mail = mails.mailOf(201, account::signUp);

    assertThat(mail.header("From")).isEqualTo("wallet-sync@example.com");
    assertThat(mail.header("To")).isEqualTo("Mail.Me@Example.com");
    assertThat(mail.header("Subject"))
        .isEqualTo("Verify your wallet sync account on wallets.example.com");
    assertThat(mail.links())
        .isNotEmpty()
        .allMatch(
            link ->
                link.equals("http://wallets.example.com/api/3/verify?verifyToken=" + mail.token()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"用户@例子.中国", "é@example.com", "=?utf-8?q?a?=@b", "a'b&c@example.com"})
  void unusualAddressesGetTheirMailToo(String email) {
    TestAccount account = new TestAccount(server.http(), email);

    Mail mail = mails.mailOf(201, account::signUp);

    verify(mail.token()).expect(200);
    account.tryLogIn("device").expect(200);
  }

  @Test
  void anAddressOfNinetyThousandBytesCanSignUp() {
    String email = "x".repeat(90_000) + "@example.com";

    server.http().post("/api/3/signup", signUp(email)).expect(201);
    server.http().post("/api/3/verify/resend", Http.object("email", email)).expect(200);
  }

  @Test
  void aLinkWorksOnce() {
    String token = tokenOfNewAccount("once@example.com");

    verify(token).expect(200);

    assertThat(verify(token).expect(403).body()).isEqualTo(NOT_FOUND);
  }

  @Test
  void aLinkLivesForTwoDays() {
    String token = tokenOfNewAccount("late@example.com");
    assertThat(
            Rows.read(
                server,
                "SELECT extract(epoch FROM verify_expires - now())::int BETWEEN 172500 AND 172800"
                    + " FROM accounts WHERE email = 'late@example.com'"))
        .isEqualTo("t");

    Rows.change(
        server,
        "UPDATE accounts SET verify_expires = now() - interval '1 second' WHERE email = ?",
        "late@example.com");

    assertThat(verify(token).expect(403).body()).isEqualTo(NOT_FOUND);
    new TestAccount(server.http(), "late@example.com")
        .tryLogIn("device")
        .expectError(401, NOT_VERIFIED);
  }

  @Test
  void aLinkIsStoredAsItsHashOnly() {
    String token = tokenOfNewAccount("hashed@example.com");

    assertThat(
            Rows.read(
                server, "SELECT count(*) FROM accounts a WHERE a::text LIKE ?", "%" + token + "%"))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "?verifyToken=", "?verifyToken", "?verifytoken=x", "?token=x"})
  void aLinkWithoutATokenIsABadOne(String query) {
    Response answer = server.http().get("/api/3/verify" + query).expect(400);

    assertThat(answer.body()).isEqualTo(BAD_LINK);
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "%00", "%FF", "%20", "<script>", "AAAA"})
  void anUnknownTokenOfAnyShapeIsNotFound(String token) {
    String encoded = token.replace("<", "%3C").replace(">", "%3E");

    assertThat(verify(encoded).expect(403).body()).isEqualTo(NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/json, text/html;q=0.1",
        "TEXT/HTML"
      })
  void aBrowserGetsAPage(String accept) {
    String token = tokenOfNewAccount("browser" + accept.hashCode() + "@example.com");

    assertPage(server.http().get("/api/3/verify", "Accept", accept), 400, BAD_LINK);
    assertPage(verify("unknown", "Accept", accept), 403, NOT_FOUND);
    assertPage(verify(token, "Accept", accept), 200, VERIFIED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "text/plain", "application/json", "text/*"})
  void aToolGetsPlainText(String accept) {
    Response answer = verify("unknown", "Accept", accept).expect(403);

    assertThat(answer.body()).isEqualTo(NOT_FOUND);
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
  }

  @Test
  void onlyAMatchingPasswordLearnsThatTheAccountIsNotVerified() {
    tokenOfNewAccount("secret@example.com");
    TestAccount account = new TestAccount(server.http(), "secret@example.com");

    post("/api/3/auth/full", with(logIn(account), "password", "wrong password"))
        .expectError(401, NO_MATCH);
    post("/api/3/auth/full", logIn(account)).expectError(401, NOT_VERIFIED);
    post("/api/3/password", with(changePassword(account), "oldPassword", "wrong password"))
        .expectError(401, NO_MATCH);
    post("/api/3/password", changePassword(account)).expectError(401, NOT_VERIFIED);
    post(
            "/api/3/password",
            with(changePassword(account), "encryptedWallet", "w", "sequence", 9, "hmac", "h"))
        .expectError(401, NOT_VERIFIED);
  }

  @Test
  void anUnverifiedAddressIsTaken() {
    tokenOfNewAccount("taken@example.com");

    assertThat(mails.mailsOf(409, () -> post("/api/3/signup", signUp("Taken@example.com"))))
        .isEmpty();
  }

  private static void assertPage(Response answer, int status, String text) {
    answer.expect(status);
    assertThat(answer.header("Content-Type")).startsWith("text/html");
    assertThat(answer.body()).startsWith("<!DOCTYPE html>").contains(text);
  }

  private static String tokenOfNewAccount(String email) {
    return mails.mailOf(201, () -> post("/api/3/signup", signUp(email))).token();
  }

  private static Response verify(String token, String... headers) {
    return server.http().get("/api/3/verify?verifyToken=" + token, headers);
  }

  private static Response post(String path, Map<String, ?> body) {
    return server.http().post(path, body);
  }
}
