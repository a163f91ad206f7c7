package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Http.object;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.Await;
import walletsync.support.HeardSocket;
import walletsync.support.Http.Response;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** {@code POST /websocket/ticket}, and what a ticket is good for. */
class TicketTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private final TestAccount account = server.newAccount();
  private final TestDevice laptop = account.logIn("laptop");

  @Test
  void aTicketOpensOneWebsocket() {
    laptop.post("wallet", 1, "hmac").expect(200);
    String ticket = ticket(laptop);
    try (HeardSocket socket = HeardSocket.open(server.http(), "&ticket=" + ticket)) {
      socket.awaitMessage("wallet-update:1");
    }
    assertThat(statusOf(ticket)).isEqualTo(401);
  }

  @Test
  void theTokenMayStandInTheHeaderWithoutABody() {
    Response response =
        server
            .http()
            .post("/api/3/websocket/ticket", "", "Authorization", "Bearer " + laptop.token());
    assertThat(response.expect(200).text("ticket")).matches("[0-9a-f]{64}");
    assertThat(response.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void ofManyWhoBringOneTicketAtOnceOneIsLetIn() {
    String ticket = ticket(laptop);
    List<CompletableFuture<Integer>> requests =
        IntStream.range(0, 8).mapToObj(i -> Await.begin(() -> statusOf(ticket))).toList();
    List<Integer> statuses = requests.stream().map(Await::answer).toList();
    // 400: it was accepted and used up, but this request is no upgrade.
    assertThat(statuses).containsOnlyOnce(400).contains(401).containsOnly(400, 401);
  }

  @Test
  void aTicketEndsWithItsTimeAndWithThePassword() {
    String expired = ticket(laptop);
    Sql.update(server.database(), "UPDATE websocket_tickets SET expires = now()");
    assertThat(statusOf(expired)).isEqualTo(401);
    String old = ticket(laptop);
    account.changePassword("another password").expect(200);
    assertThat(statusOf(old)).isEqualTo(401);
  }

  @Test
  void moreThanSixteenTicketsAreTooMany() {
    for (int i = 0; i < 16; i++) {
      ticket(laptop);
    }
    Response refused = request(laptop.token());
    refused.expectError(429, "Too Many Requests: Too many tickets");
    assertThat(refused.header("Retry-After")).isNotNull();
    ticket(account.logIn("phone"));
  }

  @Test
  void withoutAGoodTokenThereIsNoTicket() {
    request("nonsense").expectError(401, "Unauthorized: Token Not Found");
    server
        .http()
        .post("/api/3/websocket/ticket", "")
        .expectError(400, "Bad Request: Request failed validation: Missing 'token'");
    server
        .http()
        .get("/api/3/websocket?ticket=nonsense")
        .expectError(401, "Unauthorized: Ticket Not Found");
    server
        .http()
        .get("/api/3/websocket?ticket=a&token=b")
        .expectError(400, "Bad Request: Conflicting tokens");
  }

  private static Response request(String token) {
    return server.http().post("/api/3/websocket/ticket", object("token", token));
  }

  private static String ticket(TestDevice device) {
    return Objects.requireNonNull(request(device.token()).expect(200).text("ticket"));
  }

  private static int statusOf(String ticket) {
    return server.http().get("/api/3/websocket?ticket=" + ticket).status();
  }
}
