package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.crypto.generators.SCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.Await;
import walletsync.support.Http.Response;
import walletsync.support.Sql;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** More logins at once than the server hashes passwords for. */
class OverloadTest {
  private static final int LOGINS = 12;
  private static final int ADMITTED = 3;

  @RegisterExtension
  static final TestServer server = TestServer.allowAll().withPasswordWorkers(1, ADMITTED - 1);

  @Test
  void loginsBeyondTheQueueAreAskedToComeBackWhileWalletsAreServed() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    laptop.post("wallet", 1, "hmac").expect(200);
    makeHashingSlow(account);

    List<CompletableFuture<Response>> logins = new ArrayList<>();
    for (int i = 0; i < LOGINS; i++) {
      String device = "device " + i;
      logins.add(begin(() -> account.tryLogIn(device)));
    }
    Await.until("a login is refused", () -> logins.stream().anyMatch(CompletableFuture::isDone));
    laptop.get().expect(200);
    laptop.post("wallet two", 2, "hmac").expect(200);
    assertThat(logins.stream().filter(login -> !login.isDone()))
        .as("Logins that still wait while wallets were served")
        .isNotEmpty();

    List<Response> refused =
        logins.stream().map(login -> answer(login)).filter(r -> r.status() != 200).toList();
    assertThat(refused)
        .hasSizeBetween(1, LOGINS - 1) // on a busy machine even one that was admitted, as it waits
        .allSatisfy(
            response -> {
              response.expectError(503, "Service Unavailable: Too many logins at once");
              assertThat(response.header("Retry-After")).isNotNull();
            });
    for (int i = 0; i < ADMITTED + 1; i++) {
      account.tryLogIn("laptop").expect(200); // every place in the queue is free again
    }
  }

  /** Gives the account a hash that takes a few times as long as usual. */
  private static void makeHashingSlow(TestAccount account) {
    byte[] salt = "a salt".getBytes(StandardCharsets.UTF_8);
    byte[] password = account.password().getBytes(StandardCharsets.UTF_8);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    String phc =
        "$scrypt$ln=14,r=8,p=3$%s$%s"
            .formatted(
                base64.encodeToString(salt),
                base64.encodeToString(SCrypt.generate(password, salt, 1 << 14, 8, 3, 32)));
    Sql.update(
        server.database(),
        "UPDATE accounts SET password_hash = ? WHERE email = ?",
        phc,
        account.email());
  }
}
