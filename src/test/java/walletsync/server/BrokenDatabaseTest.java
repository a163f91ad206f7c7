package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.wallet;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.Http.Response;
import walletsync.support.TestMails;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** A server whose statements fail, for a reason that no client is to learn. */
class BrokenDatabaseTest {
  private static final String BROKEN = "Something went wrong trying to verify your account.";

  @RegisterExtension
  static final TestServer server = TestServer.emailVerify(TestMails.inNewFolder().folder());

  @BeforeAll
  static void breakTheSchema() {
    TestPostgres.execute(server.database(), "ALTER TABLE accounts RENAME TO accounts_of_old");
    TestPostgres.execute(server.database(), "ALTER TABLE auth_tokens RENAME TO tokens_of_old");
  }

  private static double internalErrors() {
    return server.http().metric("wallet_sync_internal_errors_total");
  }

  @Test
  void anInternalErrorCarriesNoDetailAndIsCounted() {
    server
        .http()
        .post("/api/3/signup", signUp("joe@example.com"))
        .expectError(500, "Internal Server Error");
    server.http().post("/api/3/wallet", wallet("x")).expectError(500, "Internal Server Error");
    server.http().get("/api/3/wallet?token=x").expectError(500, "Internal Server Error");
    double before = internalErrors();
    server.http().get("/api/3/websocket?token=x").expectError(500, "Internal Server Error");
    assertThat(internalErrors()).isEqualTo(before + 1);
    server
        .http()
        .get("/api/3/client-salt-seed?email=YUBi")
        .expectError(500, "Internal Server Error");
  }

  @Test
  void aPersonWhoOpensALinkReadsThatSomethingWentWrong() {
    Response text = server.http().get("/api/3/verify?verifyToken=x").expect(500);
    assertThat(text.body()).isEqualTo(BROKEN);
    assertThat(text.header("Content-Type")).startsWith("text/plain");

    Response page =
        server.http().get("/api/3/verify?verifyToken=x", "Accept", "text/html").expect(500);
    assertThat(page.body()).startsWith("<!DOCTYPE html>").contains(BROKEN);
    assertThat(page.header("Content-Type")).startsWith("text/html");
  }
}
