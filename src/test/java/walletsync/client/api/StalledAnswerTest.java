package walletsync.client.api;

import static walletsync.support.Problems.assertProblem;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import walletsync.client.failure.Problem;
import walletsync.client.http.ServerAddress;
import walletsync.protocol.Secret;
import walletsync.protocol.Wallet;
import walletsync.support.StallingServer;

class StalledAnswerTest {
  @Test
  @Timeout(30)
  void anAnswerWhoseBodyDoesNotEndIsNoAnswer() {
    try (StallingServer server = new StallingServer()) {
      ServerApi api =
          new ServerApi(
              ServerAddress.local(server.port()),
              duration -> {},
              new Random(1),
              Duration.ofMillis(300));

      assertProblem(
          Problem.UNREACHABLE, () -> api.fetch(Secret.of("token"), Optional.<Wallet>empty()));
      assertProblem(
          Problem.UNREACHABLE, () -> api.post(Secret.of("token"), new Wallet("wallet", 1, "hmac")));
    }
  }
}
