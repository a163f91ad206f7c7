package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.Bodies.changePassword;
import static walletsync.support.Bodies.signUp;
import static walletsync.support.Bodies.with;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestServer;
import walletsync.support.Vectors;

/** Accounts whose password hash was not made by this server. */
class PasswordUpgradeTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  static Stream<JsonNode> originalHashes() {
    return StreamSupport.stream(Vectors.of("server_password_kdf").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("originalHashes")
  void anAccountOfTheOriginalServerIsHashedAnewWhenItLogsIn(JsonNode vector) {
    String password = vector.get("password").asText();
    String email = "old" + password.hashCode() + "@example.com";
    String scrypt = phc(vector);
    signUpWithHash(email, scrypt);

    logIn(email, password + "x").expect(401);
    assertThat(hash(email)).isEqualTo(scrypt);
    JsonNode userId = logIn(email, password).expect(200).json().get("userId");

    assertThat(hash(email)).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(logIn(email, password).expect(200).json().get("userId")).isEqualTo(userId);
    logIn(email, password + "x").expect(401);
  }

  @Test
  void anAccountOfTheOriginalServerCanChangeItsPassword() {
    JsonNode vector = Vectors.of("server_password_kdf").get(0);
    TestAccount account = new TestAccount(server.http(), "changes@example.com");
    signUpWithHash(account.email(), phc(vector));

    server
        .http()
        .post(
            "/api/3/password",
            with(changePassword(account), "oldPassword", vector.get("password").asText()))
        .expect(200);

    assertThat(hash(account.email())).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    logIn(account.email(), "password two").expect(200);
  }

  @Test
  void anArgonHashOfLessStrengthIsUpgradedToo() {
    // From the test suite of the reference implementation (phc-winner-argon2, test.c).
    String weak =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    signUpWithHash("weak@example.com", weak);

    logIn("weak@example.com", "password").expect(200);

    assertThat(hash("weak@example.com")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
  }

  @Test
  void aHashOfFullStrengthStaysAsItIs() {
    server.http().post("/api/3/signup", signUp("strong@example.com")).expect(201);
    String before = hash("strong@example.com");

    logIn("strong@example.com", "password one").expect(200);

    assertThat(hash("strong@example.com")).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "secret text", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA", "$md5$a=1$a$b"})
  void aHashThatCannotBeReadIsAnErrorThatSaysNothing(String stored) {
    String email = "broken" + stored.hashCode() + "@example.com";
    signUpWithHash(email, stored);

    logIn(email, "password one").expectError(500, "Internal Server Error");
  }

  private static void signUpWithHash(String email, String hash) {
    server
        .http()
        .post("/api/3/signup", with(signUp(email), "password", "another password"))
        .expect(201);
    Rows.change(server, "UPDATE accounts SET password_hash = ? WHERE email = ?", hash, email);
  }

  private static String phc(JsonNode vector) {
    return "$scrypt$ln=15,r=8,p=1$"
        + base64(vector.get("server_salt_hex").asText())
        + "$"
        + base64(vector.get("key_hex").asText());
  }

  private static String base64(String hex) {
    return Base64.getEncoder().withoutPadding().encodeToString(HexFormat.of().parseHex(hex));
  }

  private static String hash(String email) {
    return Rows.read(server, "SELECT password_hash FROM accounts WHERE email = ?", email);
  }

  private static Response logIn(String email, String password) {
    return server
        .http()
        .post("/api/3/auth/full", Map.of("email", email, "password", password, "deviceId", "d"));
  }
}
