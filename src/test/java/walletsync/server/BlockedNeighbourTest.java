package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Await.answer;
import static walletsync.support.Await.begin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import walletsync.support.HeldLock;
import walletsync.support.PushSocket;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** One account's request that waits for a lock takes no time from other accounts. */
class BlockedNeighbourTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private final TestAccount blocked = server.newAccount();
  private final TestAccount neighbour = server.newAccount();

  @Test
  void savesThatWaitHoldUpNobodyElse() {
    TestDevice waiting = blocked.logIn("laptop");
    TestDevice laptop = neighbour.logIn("laptop");
    try (HeldLock head = HeldLock.onHead(server.database(), blocked)) {
      var one = begin(() -> waiting.post("one", 1, "hmac"));
      var two = begin(() -> waiting.post("two", 1, "hmac"));
      head.awaitWaiting(1);

      for (int sequence = 1; sequence <= 4; sequence++) {
        laptop.post("wallet", sequence, "hmac").expect(200);
        laptop.get().expect(200);
      }
      assertThat(one.isDone() || two.isDone()).as("One of those that wait was answered").isFalse();
      head.release();
      assertThat(answer(one).status() + answer(two).status()).isEqualTo(200 + 409);
    }
  }

  @Test
  void aLoginThatWaitsHoldsUpNobodyElse() {
    TestDevice laptop = neighbour.logIn("laptop");
    try (HeldLock row = HeldLock.onAccount(server.database(), blocked)) {
      var waiting = begin(() -> blocked.tryLogIn("laptop"));
      row.awaitWaiting(1);

      PushSocket.open(laptop).close();
      neighbour.tryLogIn("phone").expect(200);
      assertThat(waiting.isDone()).as("The login that waits was answered").isFalse();
      row.release();
      answer(waiting).expect(200);
    }
  }
}
