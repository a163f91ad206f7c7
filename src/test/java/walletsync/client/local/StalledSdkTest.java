package walletsync.client.local;

import static walletsync.support.Problems.assertProblem;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import walletsync.client.failure.Problem;
import walletsync.support.StallingServer;

class StalledSdkTest {
  @Test
  @Timeout(30)
  void anAnswerWhoseBodyDoesNotEndIsNoAnswer() {
    try (StallingServer server = new StallingServer()) {
      JsonRpc rpc =
          new JsonRpc(
              URI.create("http://127.0.0.1:" + server.port() + "/"), Duration.ofMillis(300));

      assertProblem(
          Problem.LOCAL, () -> rpc.call("sync_hash", JsonNodeFactory.instance.objectNode()));
    }
  }
}
