package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.support.Await;
import walletsync.support.Person;
import walletsync.support.TestServer;

/** A device that listens tells when it cannot any more, and can begin anew. */
class ListeningTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void whoGaveUpWithoutASessionListensAfterALogin(@TempDir Path folder) {
    Person joe = Person.of(server, folder);
    try (WalletSyncClient laptop = joe.at("laptop")) {
      laptop.register();
      laptop.startWebSocket();
      Await.until("it gave up", () -> !laptop.isListening());
      laptop.getAuthToken();

      laptop.startWebSocket();

      assertThat(laptop.isListening()).isTrue();
      Await.until("it listens", () -> joe.messages().contains("Listening for changes"));
    }
  }

  @Test
  void aProfileThatIsDamagedMeanwhileIsToldOf(@TempDir Path folder) throws IOException {
    Person joe = Person.of(server, folder);
    try (WalletSyncClient laptop = joe.loggedIn("laptop");
        WalletSyncClient phone = joe.loggedIn("phone")) {
      phone.startWebSocket();
      Await.until("it listens", () -> joe.messages().contains("Listening for changes"));
      Files.writeString(joe.profile("phone").resolve("state.json"), "{");

      laptop.setPreference("a", "1");
      laptop.sync();

      Await.until(
          "it tells", () -> joe.messages().stream().anyMatch(said -> said.contains("state.json")));
    }
  }
}
