package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.MISSING;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.with;
import static walletsync.support.Http.object;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestMails;
import walletsync.support.TestMails.Mail;
import walletsync.support.TestServer;

/** {@code POST /verify/resend}. */
class ResendTest {
  private static final String PATH = "/api/3/verify/resend";
  private static final String INVALID =
      "Bad Request: Request failed validation: Invalid or missing 'email'";
  private static final String OTHER_MODE =
      "Forbidden: Account verification mode is not set to EmailVerify";

  private static final TestMails mails = TestMails.inNewFolder();

  @RegisterExtension static final TestServer server = TestServer.emailVerify(mails.folder());
  @RegisterExtension static final TestServer open = TestServer.allowAll();
  @RegisterExtension static final TestServer invitesOnly = TestServer.whitelist("joe@example.com");

  @Test
  void aNewLinkTakesThePlaceOfTheOldOne() {
    TestAccount account = new TestAccount(server.http(), "Again@Example.com");
    Mail first = mails.mailOf(201, account::signUp);

    Mail second = mails.mailOf(200, () -> resend(server, "again@example.com"));

    assertThat(second.header("To")).isEqualTo("Again@Example.com");
    assertThat(second.header("Subject")).isEqualTo(first.header("Subject"));
    assertThat(second.token()).isNotEqualTo(first.token());
    verify(first).expect(403);
    verify(second).expect(200);
    account.tryLogIn("device").expect(200);
  }

  @Test
  void aNewLinkIsAnsweredWithAnEmptyObjectAndLivesForTwoDaysAgain() {
    mails.mailOf(201, () -> signUpAt(server, "expired@example.com"));
    Rows.change(
        server,
        "UPDATE accounts SET verify_expires = now() - interval '9 days' WHERE email = ?",
        "expired@example.com");

    Response answer = resend(server, "expired@example.com").expect(200);

    assertThat(answer.body()).isEqualTo("{}");
    assertThat(
            Rows.read(
                server,
                "SELECT extract(epoch FROM verify_expires - now())::int BETWEEN 172500 AND 172800"
                    + " FROM accounts WHERE email = 'expired@example.com'"))
        .isEqualTo("t");
  }

  @Test
  void fiveMailsWithThatOfTheSignUpCanBeHadAtOnceAndThenOneEachHalfHour() {
    String email = "often@example.com";
    mails.mailOf(201, () -> signUpAt(server, email));
    for (int i = 0; i < 4; i++) {
      mails.mailOf(200, () -> resend(server, email));
    }

    assertThat(mails.mailsOf(429, () -> resend(server, email))).isEmpty();
    Response refused =
        resend(server, email).expectError(429, "Too Many Requests: Too many verification mails");
    assertThat(refused.header("Retry-After")).isEqualTo("1800");

    timePasses(email, "30 minutes");
    Mail newest = mails.mailOf(200, () -> resend(server, email));
    resend(server, email).expect(429);
    verify(newest).expect(200);
    resend(server, email).expectError(409, "Conflict: Account is already verified");
  }

  @Test
  void whoIsRefusedKeepsTheNewestLink() {
    String email = "kept@example.com";
    mails.mailOf(201, () -> signUpAt(server, email));
    Mail newest = mails.mailOf(200, () -> resend(server, email));
    for (int i = 0; i < 3; i++) {
      newest = mails.mailOf(200, () -> resend(server, email));
    }

    resend(server, email).expect(429);

    verify(newest).expect(200);
  }

  @Test
  void theLimitOfOneAccountIsNotThatOfAnother() {
    mails.mailOf(201, () -> signUpAt(server, "loud@example.com"));
    mails.mailOf(201, () -> signUpAt(server, "quiet@example.com"));
    for (int i = 0; i < 4; i++) {
      resend(server, "loud@example.com").expect(200);
    }

    resend(server, "LOUD@example.com").expect(429);
    resend(server, "quiet@example.com").expect(200);
  }

  @Test
  void aProcessSendsSoManyMailsInAMinuteWhoeverAsksForThem() {
    TestMails few = TestMails.inNewFolder();
    try (TestServer limited =
        TestServer.emailVerify(few.folder()).with("MAILS_PER_MINUTE", "1").start()) {
      Mail first = few.mailOf(201, () -> signUpAt(limited, "victim+1@example.com"));

      List<Mail> second =
          few.mailsOf(
              201,
              () -> {
                Response answer = signUpAt(limited, "victim+2@example.com");
                assertThat(answer.body()).isEqualTo("{\"verified\":false}");
                return answer;
              });
      assertThat(second).isEmpty();
      Response refused =
          resend(limited, "victim+1@example.com")
              .expectError(503, "Service Unavailable: The verification mail could not be sent");
      assertThat(refused.header("Retry-After")).isEqualTo("10");
      assertThat(few.mailsOf(503, () -> resend(limited, "victim+2@example.com"))).isEmpty();
      limited.http().get("/api/3/verify?verifyToken=" + first.token()).expect(200);
    }
  }

  @Test
  void anAddressThatNobodyHasIsRefused() {
    assertThat(mails.mailsOf(401, () -> resend(server, "unknown@example.com"))).isEmpty();
    resend(server, "unknown@example.com").expectError(401, "Unauthorized: No match for email");
  }

  @Test
  void aVerifiedAccountNeedsNoLink() {
    verify(mails.mailOf(201, () -> signUpAt(server, "done@example.com"))).expect(200);

    assertThat(
            mails.mailsOf(
                409,
                () ->
                    resend(server, "done@example.com")
                        .expectError(409, "Conflict: Account is already verified")))
        .isEmpty();
  }

  static Stream<Arguments> spoiltMembers() {
    return Stream.of(
        arguments("email", MISSING),
        arguments("email", null),
        arguments("email", ""),
        arguments("email", "nobody"),
        arguments("email", "Joe <joe@example.com>"),
        arguments("email", "a\0@example.com"));
  }

  @ParameterizedTest
  @MethodSource("spoiltMembers")
  void aBodyWithoutAnAddressIsRefused(String member, @Nullable Object value) {
    server
        .http()
        .post(PATH, with(object("email", "joe@example.com"), member, value))
        .expectError(400, INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void inOtherModesTheModeIsRefusedBeforeAnythingElse(String method) {
    for (TestServer other : new TestServer[] {open, invitesOnly}) {
      other.http().send(method, PATH, new byte[0]).expectError(403, OTHER_MODE);
      other
          .http()
          .send(method, PATH, "garbage".getBytes(StandardCharsets.UTF_8))
          .expectError(403, OTHER_MODE);
    }
  }

  @Test
  void inOtherModesEvenALargeBodyIsRefusedForTheMode() {
    open.http().send("POST", PATH, new byte[100_001]).expectError(403, OTHER_MODE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void inItsOwnModeOnlyPostIsAllowed(String method) {
    server.http().send(method, PATH, new byte[0]).expectError(405, "Method Not Allowed");
  }

  private static void timePasses(String email, String interval) {
    Rows.change(
        server,
        "UPDATE accounts SET mails_counted_until = mails_counted_until - ?::interval"
            + " WHERE email = ?",
        interval,
        email);
  }

  private static Response signUpAt(TestServer server, String email) {
    return server.http().post("/api/3/signup", signUp(email));
  }

  private static Response resend(TestServer server, String email) {
    return server.http().post(PATH, object("email", email));
  }

  private static Response verify(Mail mail) {
    return server.http().get("/api/3/verify?verifyToken=" + mail.token());
  }
}
