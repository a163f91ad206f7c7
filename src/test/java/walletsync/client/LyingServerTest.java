package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Problems.assertProblem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.failure.Problem;
import walletsync.protocol.Limits;
import walletsync.support.Middle;
import walletsync.support.Middle.Reply;
import walletsync.support.Person;
import walletsync.support.TestServer;

/** Answers that fit no question, and numbers that nobody can have reached. */
class LyingServerTest {
  private static final String POST = "POST /api/3/wallet";
  private static final String GET = "GET /api/3/wallet";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private Middle middle;
  private Person joe;
  private WalletSyncClient laptop;

  @BeforeEach
  void aLaptopInStep(@TempDir Path folder) {
    middle = new Middle(server.port());
    joe = new Person(folder, middle.port());
    laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
  }

  @AfterEach
  void close() {
    middle.close();
  }

  @Test
  void thatNothingChangedIsNoAnswerToADeviceThatLostItsWallet() throws IOException {
    Files.delete(joe.profile("laptop").resolve("wallet.json"));
    int posts = middle.bodies(POST).size();
    middle.answer(GET, Reply.of(304, ""));

    assertProblem(Problem.UNTRUSTED, laptop::sync);
    assertProblem(Problem.UNTRUSTED, laptop::updateRemoteWallet);
    assertProblem(Problem.UNTRUSTED, laptop::getRemoteWallet);

    assertThat(middle.bodies(POST)).as("an empty wallet is not pushed").hasSize(posts);
    middle.honest();
    laptop.sync();
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
  }

  @Test
  void aSequenceThatNobodyCanHaveReachedIsNotGoneOnFrom() {
    for (long lie : new long[] {Limits.MAX_SEQUENCE, Limits.MAX_SEQUENCE - 1, 2_000_000}) {
      middle.answer(
          GET,
          Reply.of(
              200, "{\"encryptedWallet\": \"x\", \"hmac\": \"x\", \"sequence\": " + lie + "}"));
      assertProblem(Problem.UNTRUSTED, () -> laptop.sync(Consent.REPLACE_UNREADABLE))
          .hasMessageContaining("pretends to be version " + lie);
    }
    middle.honest();
    laptop.setPreference("a", "2");
    assertThat(laptop.sync().sequence()).isEqualTo(2);
  }
}
