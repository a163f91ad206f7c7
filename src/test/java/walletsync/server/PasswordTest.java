package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.MISSING;
import static walletsync.support.Bodies.changePassword;
import static walletsync.support.Bodies.with;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** {@code POST /password}. */
class PasswordTest {
  private static final String INVALID = "Bad Request: Request failed validation: ";
  private static final String INCOMPLETE =
      "Fields 'encryptedWallet', 'sequence', and 'hmac' should be all non-empty and non-zero,"
          + " or all omitted";
  private static final String NO_MATCH = "Unauthorized: No match for email and/or password";
  private static final String BAD_SEQUENCE =
      "Conflict: Bad sequence number or wallet does not exist";
  private static final String WALLET_NEEDED =
      "Conflict: Wallet exists; need an updated wallet when changing password";
  private static final String OTHER_SEED = "FEDCBA9876543210".repeat(4);

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  /** Has no wallet, and keeps its password: only refusals happen to it. */
  static TestAccount joe;

  @BeforeAll
  static void signUp() {
    joe = server.newAccount();
  }

  static Stream<Arguments> spoiltMembers() {
    String email = "Invalid or missing 'email'";
    String oldPassword = "Invalid or missing 'oldPassword'";
    String newPassword = "Invalid or missing 'newPassword'";
    String seed = "Invalid or missing 'clientSaltSeed'";
    return Stream.of(
        arguments("email", MISSING, email),
        arguments("email", null, email),
        arguments("email", "", email),
        arguments("email", "nobody", email),
        arguments("email", "a\0@example.com", email),
        arguments("oldPassword", MISSING, oldPassword),
        arguments("oldPassword", null, oldPassword),
        arguments("oldPassword", "1234567", oldPassword),
        arguments("oldPassword", "ééé1", oldPassword),
        arguments("newPassword", MISSING, newPassword),
        arguments("newPassword", null, newPassword),
        arguments("newPassword", "1234567", newPassword),
        arguments("newPassword", "ééé1", newPassword),
        arguments(
            "newPassword",
            "password one",
            "'oldPassword' and 'newPassword' should not be the same"),
        arguments("clientSaltSeed", MISSING, seed),
        arguments("clientSaltSeed", null, seed),
        arguments("clientSaltSeed", "a".repeat(63), seed),
        arguments("clientSaltSeed", "g".repeat(64), seed),
        arguments("clientSaltSeed", "a".repeat(63) + "\0", seed),
        arguments("encryptedWallet", "wallet", INCOMPLETE),
        arguments("hmac", "hmac", INCOMPLETE),
        arguments("sequence", 1, INCOMPLETE));
  }

  @ParameterizedTest
  @MethodSource("spoiltMembers")
  void aBodyThatBreaksARuleIsRefusedWithItsReason(
      String member, @Nullable Object value, String reason) {
    post(with(changePassword(joe), member, value)).expectError(400, INVALID + reason);
  }

  static Stream<Arguments> spoiltWallets() {
    return Stream.of(
        arguments("encryptedWallet", MISSING, INCOMPLETE),
        arguments("encryptedWallet", null, INCOMPLETE),
        arguments("encryptedWallet", "", INCOMPLETE),
        arguments("encryptedWallet", "wal\0let", "Invalid 'encryptedWallet'"),
        arguments("sequence", MISSING, INCOMPLETE),
        arguments("sequence", null, INCOMPLETE),
        arguments("sequence", 0, INCOMPLETE),
        arguments("hmac", MISSING, INCOMPLETE),
        arguments("hmac", null, INCOMPLETE),
        arguments("hmac", "", INCOMPLETE),
        arguments("hmac", "hm\0ac", "Invalid 'hmac'"));
  }

  @ParameterizedTest
  @MethodSource("spoiltWallets")
  void aWalletThatIsNotAllThereIsRefused(String member, @Nullable Object value, String reason) {
    post(with(withWallet(joe, 1), member, value)).expectError(400, INVALID + reason);
  }

  @Test
  void theFirstRuleThatIsBrokenIsNamed() {
    Map<String, @Nullable Object> body =
        with(withWallet(joe, 0), "email", "nobody", "oldPassword", "", "newPassword", "");
    body = with(body, "clientSaltSeed", "");

    post(body).expectError(400, INVALID + "Invalid or missing 'email'");
    body = with(body, "email", joe.email());
    post(body).expectError(400, INVALID + "Invalid or missing 'oldPassword'");
    body = with(body, "oldPassword", "password one");
    post(body).expectError(400, INVALID + "Invalid or missing 'newPassword'");
    body = with(body, "newPassword", "password one");
    post(body).expectError(400, INVALID + "'oldPassword' and 'newPassword' should not be the same");
    body = with(body, "newPassword", "password two");
    post(body).expectError(400, INVALID + "Invalid or missing 'clientSaltSeed'");
    post(with(body, "clientSaltSeed", OTHER_SEED)).expectError(400, INVALID + INCOMPLETE);
  }

  @Test
  void emptyWalletMembersCountAsOmitted() {
    TestAccount account = server.newAccount();

    assertThat(
            post(with(changePassword(account), "encryptedWallet", "", "sequence", 0, "hmac", null))
                .expect(200)
                .body())
        .isEqualTo("{}");
  }

  @Test
  void aWrongPasswordAndAnUnknownAddressGetTheSameAnswer() {
    post(with(changePassword(joe), "oldPassword", "wrong password")).expectError(401, NO_MATCH);
    post(with(changePassword(joe), "email", "unknown@example.com")).expectError(401, NO_MATCH);
  }

  @Test
  void credentialsAreCheckedBeforeTheSequence() {
    post(with(withWallet(joe, 77), "oldPassword", "wrong password")).expectError(401, NO_MATCH);
    post(with(withWallet(joe, 77), "email", "unknown@example.com")).expectError(401, NO_MATCH);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4_294_967_295L})
  void aFirstWalletIsNeverMadeHere(long sequence) {
    post(withWallet(joe, sequence)).expectError(409, BAD_SEQUENCE);
  }

  @Test
  void aRefusedChangeLeavesEverythingAsItWas() {
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("device");
    device.post("wallet", 1, "hmac").expect(200);

    post(changePassword(account)).expectError(409, WALLET_NEEDED);
    for (long sequence : new long[] {1, 3, 4_294_967_295L}) {
      post(withWallet(account, sequence)).expectError(409, BAD_SEQUENCE);
    }

    assertThat(device.get().expect(200).text("encryptedWallet")).isEqualTo("wallet");
    account.tryLogIn("other").expect(200);
    assertThat(saltSeed(account)).isEqualTo(TestAccount.SALT_SEED);
  }

  @Test
  void aChangeWithoutAWalletEndsEverySession() {
    TestAccount account = server.newAccount();
    TestDevice laptop = account.logIn("laptop");
    TestDevice phone = account.logIn("phone");

    Response answer = post(with(changePassword(account), "clientSaltSeed", OTHER_SEED)).expect(200);

    assertThat(answer.body()).isEqualTo("{}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    laptop.get().expectError(401, "Unauthorized: Token Not Found");
    phone.post("wallet", 1, "hmac").expectError(401, "Unauthorized: Token Not Found");
    account.tryLogIn("laptop").expectError(401, NO_MATCH);
    assertThat(saltSeed(account)).isEqualTo(OTHER_SEED);
    post(changePassword(account)).expectError(401, NO_MATCH);
  }

  @Test
  void aChangeWithAWalletStoresItUnderTheNextSequence() {
    TestAccount account = server.newAccount();
    TestDevice before = account.logIn("device");
    before.post("old keys", 1, "hmac 1").expect(200);

    account.changePassword("password two", "new keys", 2, "hmac 2").expect(200);

    before.get().expectError(401, "Unauthorized: Token Not Found");
    before.post("old keys", 3, "hmac 3").expectError(401, "Unauthorized: Token Not Found");
    TestDevice after = account.logIn("device");
    assertThat(after.get().expect(200).body())
        .isEqualTo("{\"encryptedWallet\":\"new keys\",\"sequence\":2,\"hmac\":\"hmac 2\"}");
    after.post("next", 3, "hmac 3").expect(200);
  }

  @Test
  void theLargestSequenceIsStored() {
    TestAccount account = server.newAccount();
    account.logIn("device").post("wallet", 1, "hmac").expect(200);
    Rows.setSequence(server, account, 4_294_967_294L);

    account.changePassword("password two", "new keys", 4_294_967_295L, "hmac").expect(200);

    assertThat(account.logIn("device").get().expect(200).json().get("sequence").longValue())
        .isEqualTo(4_294_967_295L);
  }

  @Test
  void onlyThePasswordsOwnAccountIsTouched() {
    TestAccount other = server.newAccount();
    TestDevice othersDevice = other.logIn("device");

    server.newAccount().changePassword("password two").expect(200);

    othersDevice.get().expectError(404, "Not Found: No wallet");
    other.tryLogIn("device").expect(200);
  }

  private static Map<String, @Nullable Object> withWallet(TestAccount account, long sequence) {
    return with(
        changePassword(account), "encryptedWallet", "wallet", "sequence", sequence, "hmac", "hmac");
  }

  private static @Nullable String saltSeed(TestAccount account) {
    String email =
        Base64.getUrlEncoder().encodeToString(account.email().getBytes(StandardCharsets.UTF_8));
    return server
        .http()
        .get("/api/3/client-salt-seed?email=" + email)
        .expect(200)
        .text("clientSaltSeed");
  }

  private static Response post(Map<String, @Nullable Object> body) {
    return server.http().post("/api/3/password", body);
  }
}
