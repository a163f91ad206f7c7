package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import walletsync.server.settings.DatabaseSettings.External;
import walletsync.support.PushSocket;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestPostgres;
import walletsync.support.TestServer;

/** A device that reads slowly gets less, never something old, and is in nobody's way. */
class SlowReaderTest {
  private static final int WRITES = 1_000;

  /** A slow machine takes its time; the server is not to take the reader for dead meanwhile. */
  private static final Duration NEVER = Duration.ofHours(100);

  @Test
  void ofAThousandRapidWritesASlowReaderHearsFewAndTheLastOneAndAFastReaderIsNotHeldUp() {
    External database = TestPostgres.freshDatabase();
    try (TestServer server = PushHealingTest.server(database, NEVER, NEVER, NEVER);
        TestServer other = PushHealingTest.server(database, NEVER, NEVER, NEVER)) {
      TestAccount account = server.newAccount();
      TestDevice laptop = account.logIn("laptop");
      List<PushSocket> slow = List.of(open(server, laptop), open(other, laptop));
      List<PushSocket> fast = List.of(open(server, laptop), open(other, laptop));
      laptop.post("wallet 1", 1, "h").expect(200);
      for (PushSocket socket : List.of(slow.get(0), slow.get(1), fast.get(0), fast.get(1))) {
        socket.awaitSequence(1);
      }

      slow.forEach(PushSocket::stopReading);
      for (int sequence = 2; sequence <= WRITES; sequence++) {
        laptop.post("wallet " + sequence, sequence, "h").expect(200);
      }
      fast.forEach(socket -> socket.awaitSequence(WRITES));
      slow.forEach(PushSocket::readOn);
      slow.forEach(socket -> socket.awaitSequence(WRITES));

      for (PushSocket socket : slow) {
        assertThat(socket.sequences()).doesNotHaveDuplicates().isSorted().hasSizeLessThan(100);
      }
      for (PushSocket socket : fast) {
        assertThat(socket.sequences()).doesNotHaveDuplicates().isSorted();
        assertThat(socket.isOpen()).isTrue();
      }

      laptop.post("wallet " + (WRITES + 1), WRITES + 1, "h").expect(200);
      slow.forEach(socket -> socket.awaitSequence(WRITES + 1));
    }
  }

  private static PushSocket open(TestServer server, TestDevice device) {
    return PushSocket.open(server.http(), "?token=" + device.token());
  }
}
