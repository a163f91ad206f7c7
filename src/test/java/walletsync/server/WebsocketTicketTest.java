package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Http.object;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.Await;
import walletsync.support.HeldLock;
import walletsync.support.Http;
import walletsync.support.PushSocket;
import walletsync.support.PushSocket.Answer;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** {@code POST /websocket/ticket}, and websockets that are opened with what it gives. */
class WebsocketTicketTest {
  private static final String PATH = "/api/3/websocket/ticket";
  private static final String NOT_FOUND = "Unauthorized: Ticket Not Found";

  private static External database;
  private static TestServer server;
  private static TestServer otherServer;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    server = TestServer.allowAll().on(database).start();
    otherServer = TestServer.allowAll().on(database).start();
  }

  @AfterAll
  static void stop() {
    otherServer.close();
    server.close();
  }

  @Test
  void aTicketOpensOneWebsocketOfItsDeviceOnAnyProcess() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    laptop.post("wallet", 1, "h").expect(200);
    Http.Response answer = ticketAnswer(laptop).expect(200);
    String ticket = Objects.requireNonNull(answer.text("ticket"));

    assertThat(ticket).matches("[0-9a-f]{64}").isNotEqualTo(laptop.token());
    assertThat(Instant.parse(Objects.requireNonNull(answer.text("expiration"))))
        .isBefore(Instant.now().plus(61, ChronoUnit.SECONDS));
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    try (PushSocket socket = PushSocket.open(otherServer.http(), "?ticket=" + ticket)) {
      socket.awaitSequence(1);
      laptop.post("wallet 2", 2, "h").expect(200);
      socket.awaitSequence(2);
    }
    redeem(server, ticket).expectError(401, NOT_FOUND);
    redeem(otherServer, ticket).expectError(401, NOT_FOUND);
  }

  @Test
  void theTokenMayBeInTheHeaderWithoutABodyOrInTheBody() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    Http http = server.http();

    http.post(PATH, "", "Authorization", "Bearer " + laptop.token()).expect(200);
    http.post(PATH, "{}", "Authorization", "Bearer " + laptop.token()).expect(200);
    http.post(PATH, object("token", laptop.token())).expect(200);
    http.post(PATH, object("token", laptop.token()), "Authorization", "Bearer " + laptop.token())
        .expect(200);
    http.post(PATH, object("token", laptop.token()), "Authorization", "Bearer other")
        .expectError(400, "Bad Request: Conflicting tokens");
    http.post(PATH, "").expectError(400, "Bad Request: Request failed validation: Missing 'token'");
    http.post(PATH, object("token", "unknown")).expectError(401, "Unauthorized: Token Not Found");
    http.post(PATH, object("token", laptop.token(), "x", 1))
        .expectError(400, "Bad Request: json: unknown field \"x\"");
    http.get(PATH).expectError(405, "Method Not Allowed");
  }

  @Test
  void ticketAndTokenTogetherAreRefusedAndTheTicketCanStillBeUsed() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    String ticket = ticket(laptop);

    PushSocket.tryOpen(server.http(), "?ticket=" + ticket + "&token=" + laptop.token())
        .expectError(400, "Bad Request: Conflicting tokens");
    PushSocket.tryOpen(
            server.http(), "?ticket=" + ticket, "Authorization: Bearer " + laptop.token())
        .expectError(400, "Bad Request: Conflicting tokens");

    PushSocket.open(server.http(), "?ticket=" + ticket).close();
  }

  @Test
  void anUnknownTicketIsRefusedAndAnEmptyOneIsNone() {
    redeem(server, "0".repeat(64)).expectError(401, NOT_FOUND);
    redeem(server, "%00").expectError(401, NOT_FOUND);
    redeem(server, "").expectError(400, "Bad Request: Missing token parameter");
    TestDevice laptop = server.newAccount().logIn("laptop");
    redeem(server, laptop.token()).expectError(401, NOT_FOUND);
    PushSocket.tryOpen(server.http(), "?token=" + ticket(laptop))
        .expectError(401, "Unauthorized: Token Not Found");
  }

  /** Both statements wait for the ticket's row; they are in flight at once, on two servers. */
  @Test
  void aTicketThatIsUsedAtOnceFromTwoPlacesWorksOnce() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    for (int round = 0; round < 3; round++) {
      String ticket = ticket(laptop);
      CompletableFuture<Answer> one;
      CompletableFuture<Answer> two;
      try (HeldLock row =
          HeldLock.by(
              database,
              "SELECT 1 FROM websocket_tickets WHERE ticket_hash = sha256(convert_to(?, 'UTF8')) FOR UPDATE",
              ticket)) {
        one = Await.begin(() -> redeem(server, ticket));
        two = Await.begin(() -> redeem(otherServer, ticket));
        row.awaitWaiting(2);
      }
      List<Answer> answers = List.of(Await.answer(one), Await.answer(two));
      assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(101, 401);
    }
  }

  @Test
  void anExpiredTicketIsOfNoUse() {
    TestDevice laptop = server.newAccount().logIn("laptop");
    String ticket = ticket(laptop);
    assertThat(
            Sql.update(
                database,
                "UPDATE websocket_tickets SET expires = now() WHERE ticket_hash = sha256(convert_to(?, 'UTF8'))",
                ticket))
        .isEqualTo(1);
    redeem(server, ticket).expectError(401, NOT_FOUND);
  }

  @Test
  void aTicketEndsWithItsSession() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    String ofRevoked = ticket(laptop);
    Sql.update(
        database,
        "DELETE FROM auth_tokens WHERE token_hash = sha256(convert_to(?, 'UTF8'))",
        laptop.token());
    redeem(server, ofRevoked).expectError(401, NOT_FOUND);

    TestDevice phone = account.logIn("phone");
    String ofExpired = ticket(phone);
    Sql.update(
        database,
        "UPDATE auth_tokens SET expires = now() WHERE token_hash = sha256(convert_to(?, 'UTF8'))",
        phone.token());
    redeem(server, ofExpired).expectError(401, NOT_FOUND);
  }

  @Test
  void aTicketDoesNotSurviveAPasswordChangeThoughTheDeviceLogsInAgain() {
    TestAccount account = server.newAccount();
    String ticket = ticket(account.logIn("laptop"));
    account.changePassword("password two").expect(200);
    account.logIn("laptop");
    redeem(server, ticket).expectError(401, NOT_FOUND);
  }

  /** The device's row goes while the ticket is being stored: neither order leaves one behind. */
  @Test
  void aTicketThatRacesAPasswordChangeIsOfNoUse() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    CompletableFuture<Http.Response> change;
    CompletableFuture<Http.Response> asked;
    try (HeldLock tokens = HeldLock.onTokens(database, account)) {
      change = Await.begin(() -> account.changePassword("password two"));
      tokens.awaitWaiting(1);
      asked = Await.begin(() -> ticketAnswer(laptop));
      tokens.awaitWaiting(2);
    }
    Await.answer(change).expect(200);
    Http.Response answer = Await.answer(asked);
    if (answer.status() == 200) {
      redeem(server, Objects.requireNonNull(answer.text("ticket"))).expectError(401, NOT_FOUND);
    } else {
      answer.expectError(401, "Unauthorized: Token Not Found");
    }
    assertThat(
            Sql.number(
                database,
                "SELECT count(*) FROM websocket_tickets w WHERE NOT EXISTS"
                    + " (SELECT FROM auth_tokens t WHERE t.account_id = w.account_id)"))
        .isZero();
  }

  @Test
  void aDeviceWithManyTicketsIsToldToComeBackLaterAndOthersAreNot() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    List<String> tickets = Stream.generate(() -> ticket(laptop)).limit(16).toList();

    Http.Response refused = ticketAnswer(laptop);
    refused.expectError(429, "Too Many Requests: Too many tickets");
    assertThat(refused.header("Retry-After")).as("the life of a ticket").isEqualTo("60");
    ticketAnswer(account.logIn("phone")).expect(200);

    PushSocket.open(server.http(), "?ticket=" + tickets.get(0)).close();
    ticketAnswer(laptop).expect(200);
    ticketAnswer(laptop).expect(429);
    Sql.update(
        database,
        "UPDATE websocket_tickets SET expires = now() WHERE ticket_hash = sha256(convert_to(?, 'UTF8'))",
        tickets.get(1));
    ticketAnswer(laptop).expect(200);
    assertThat(
            Sql.number(
                database,
                "SELECT count(*) FROM websocket_tickets WHERE ticket_hash = sha256(convert_to(?, 'UTF8'))",
                tickets.get(1)))
        .as("expired tickets that were left behind")
        .isZero();
  }

  private static Http.Response ticketAnswer(TestDevice device) {
    return device.http().post(PATH, "", "Authorization", "Bearer " + device.token());
  }

  private static String ticket(TestDevice device) {
    return Objects.requireNonNull(ticketAnswer(device).expect(200).text("ticket"));
  }

  private static Answer redeem(TestServer at, String ticket) {
    return PushSocket.tryOpen(at.http(), "?ticket=" + ticket);
  }
}
