package walletsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.cli.Computer.Ran;
import walletsync.support.Middle;
import walletsync.support.Middle.Reply;
import walletsync.support.TestServer;

/** What {@code register} does where it cannot go straight through. */
class RegisterTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();
  private static final AtomicInteger ACCOUNTS = new AtomicInteger();

  private final Middle middle = new Middle(server.port());
  private String email;
  private Path home;
  private Computer laptop;

  @BeforeEach
  void aComputer(@TempDir Path folder) {
    email = "new" + ACCOUNTS.incrementAndGet() + "@example.com";
    home = folder;
    laptop = new Computer(folder, "laptop", Map.of("WALLET_SYNC_PASSWORD", "password one"));
  }

  @AfterEach
  void close() {
    middle.close();
  }

  private Ran register(String who) {
    return laptop.run("register", "--email", who, "--server", "http://127.0.0.1:" + middle.port());
  }

  @Test
  void aProfileOfAnotherAccountStaysAsItIs() throws IOException {
    assertThat(register(email).code()).isZero();
    laptop.run("pref", "set", "a", "1");
    String profile = Files.readString(home.resolve("laptop/profile.json"));
    int asked = middle.requests().size();

    Ran refused = register("other" + email);

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("belongs to another account");
    assertThat(middle.requests()).as("no account is made").hasSize(asked);
    assertThat(laptop.run("login", "--email", "other" + email).code()).isEqualTo(2);
    assertThat(Files.readString(home.resolve("laptop/profile.json"))).isEqualTo(profile);
    assertThat(laptop.run("sync").code()).isZero();
  }

  @Test
  void anAccountThatIsToBeVerifiedIsASuccessThatSaysWhatToDo() {
    middle.answer("POST /api/3/signup", Reply.of(201, "{\"verified\": false}"));

    Ran registered = register(email);

    assertThat(registered.code()).as(registered.err()).isZero();
    assertThat(registered.out()).contains("Open the link in the mail", "wallet-sync login");
    assertThat(middle.bodies("POST /api/3/auth/full")).isEmpty();
    assertThat(laptop.run("status").out()).contains(email, "logged in no");
  }

  @Test
  void aFailureAfterTheAccountIsMadeSaysThatItIsMade() {
    middle.loseRequestsTo("POST /api/3/auth/full");

    Ran registered = register(email);

    assertThat(registered.code()).isEqualTo(5);
    assertThat(registered.err()).contains("The account is made", "wallet-sync login");
    middle.honest();
    assertThat(laptop.run("login").code()).isZero();
  }
}
