package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import walletsync.support.Await;
import walletsync.support.PushSocket;
import walletsync.support.ServerProcess;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;

/** A server that stops sends its devices away one by one, so that they do not come back at once. */
class DrainTest {
  private static final int GOING_AWAY = 1001;
  private static final int TERMINATED = 128 + 15;
  private static final int SOCKETS = 60;

  /** More time than the server gives itself for the rest of its end. */
  private static final int DRAIN_SECONDS = 12;

  @Test
  void onSigtermEverySocketIsClosedInGoodOrderSpreadOverTheDrainTime() {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.put("DRAIN_SECONDS", String.valueOf(DRAIN_SECONDS));
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      TestAccount account = new TestAccount(server.http(), "joe@example.com");
      account.signUp().expect(201);
      TestDevice laptop = account.logIn("laptop");
      List<PushSocket> sockets =
          Stream.generate(() -> PushSocket.open(laptop)).limit(SOCKETS).toList();

      CompletableFuture<Integer> exit = Await.begin(server::terminate, 60);
      assertThat(sockets.stream().map(PushSocket::closeCode)).containsOnly(GOING_AWAY);
      LongStream ends = sockets.stream().mapToLong(PushSocket::awaitEnd);

      var spread = ends.summaryStatistics();
      assertThat(Duration.ofNanos(spread.getMax() - spread.getMin()))
          .isGreaterThan(Duration.ofSeconds(DRAIN_SECONDS / 4));
      assertThat(exit.join()).as(server.output()).isEqualTo(TERMINATED);
      assertThat(server.output()).doesNotContain("Stopped before every request was finished");
    }
  }

  @Test
  void withoutSocketsThereIsNothingToWaitFor() {
    Map<String, String> settings =
        new HashMap<>(ServerProcess.settings(TestPostgres.freshDatabase()));
    settings.put("DRAIN_SECONDS", "600");
    try (ServerProcess server = ServerProcess.start(settings).awaitGreeting()) {
      server.http().get("/api/3/wallet?token=x").expect(401); // this connection stays open
      assertThat(server.terminate()).isEqualTo(TERMINATED); // which has a minute
    }
  }
}
