package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static walletsync.support.Problems.assertProblem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Limits;
import walletsync.support.Middle;
import walletsync.support.Middle.Reply;
import walletsync.support.Person;
import walletsync.support.Rows;
import walletsync.support.Sql;
import walletsync.support.TestServer;

/** A server that goes back in time, forges, or is another one than ours. */
class HostileServerTest {
  private static final String POST = "POST /api/3/wallet";
  private static final String GET = "GET /api/3/wallet";
  private static final String ACCOUNT = "(SELECT id FROM accounts WHERE email = ?)";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  private Middle middle;
  private Person joe;

  @BeforeEach
  void newAccount(@TempDir Path folder) {
    middle = new Middle(server.port());
    joe = new Person(folder, middle.port());
  }

  @AfterEach
  void close() {
    middle.close();
  }

  @Test
  void aServerThatWentBackIsRefusedUntilThePersonConsentsAndNothingIsLost() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    AtomicReference<String> old = new AtomicReference<>("");
    middle.rule(
        (request, forward) -> {
          Reply reply = forward.get();
          if (request.is(GET) && reply.status() == 200) {
            old.set(reply.body());
          }
          return reply;
        });
    joe.loggedIn("phone").sync();
    laptop.setPreference("b", "2");
    laptop.sync();
    middle.rule((request, forward) -> request.is(GET) ? Reply.of(200, old.get()) : forward.get());

    assertThatThrownBy(laptop::sync)
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNTRUSTED))
        .hasMessageContaining("version 1")
        .hasMessageContaining("has seen version 2")
        .hasMessageContaining("--adopt-older");
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\", b=\"2\"}");
    assertProblem(Problem.UNTRUSTED, () -> laptop.sync(Consent.REPLACE_UNREADABLE));

    laptop.getRemoteWallet(Consent.ADOPT_OLDER);
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\", b=\"2\"}");
    assertThat(laptop.getWalletState().sequence()).isEqualTo(1);
    assertThat(laptop.hasUnsyncedLocalChanges()).isTrue();
  }

  @Test
  void anotherWalletAtASequenceAlreadySeenIsRefused() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    WalletSyncClient phone = joe.loggedIn("phone");
    phone.sync();
    phone.setPreference("a", "fork");
    middle.loseRequestsTo(POST);
    assertProblem(Problem.UNREACHABLE, phone::sync);
    String fork = middle.bodies(POST).get(middle.bodies(POST).size() - 1);
    middle.honest();
    laptop.setPreference("a", "2");
    laptop.sync();
    middle.rule(
        (request, forward) -> request.is(GET) ? Reply.of(200, withoutToken(fork)) : forward.get());

    assertThatThrownBy(laptop::sync).hasMessageContaining("another version 2");
    assertThat(laptop.getPreferences()).hasToString("{a=\"2\"}");
  }

  private static String withoutToken(String body) {
    return body.replaceAll("\"token\": \"[^\"]*\", ", "");
  }

  @Test
  void aServerThatLostTheWalletIsRefusedUntilThePersonConsents() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    middle.rule(
        (request, forward) ->
            request.is(GET)
                ? Reply.of(404, "{\"error\":\"Not Found: No wallet\"}")
                : forward.get());
    assertProblem(Problem.UNTRUSTED, laptop::sync);
    laptop.getRemoteWallet(Consent.ADOPT_OLDER);
    assertThat(laptop.getWalletState().sequence()).isZero();
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
  }

  @Test
  void aWalletThatIsNotSignedIsNotOpened() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    WalletSyncClient phone = joe.loggedIn("phone");
    phone.setPreference("b", "1");
    middle.rule(
        (request, forward) -> {
          Reply reply = forward.get();
          return request.is(GET)
              ? Reply.of(reply.status(), reply.body().replaceAll("\"hmac\":\"..", "\"hmac\":\"zz"))
              : reply;
        });

    assertThatThrownBy(phone::sync)
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNTRUSTED))
        .hasMessageContaining("not signed")
        .hasMessageContaining("--replace-unreadable");
    assertThat(phone.getPreferences()).hasToString("{b=\"1\"}");

    SyncReport report = phone.sync(Consent.REPLACE_UNREADABLE);
    assertThat(report.sequence()).isEqualTo(2);
    middle.honest();
    laptop.sync();
    assertThat(laptop.getPreferences()).containsKey("b");
  }

  @Test
  void aWalletThatIsSignedButNoWalletIsRefused() throws IOException {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    String state = Files.readString(joe.profile("laptop").resolve("state.json"));
    String key = state.replaceAll("(?s).*\"hmacKey\": \"([0-9a-f]{64})\".*", "$1");
    var signed = walletsync.client.keys.HmacKey.ofHex(key).sign("not a wallet", 2);
    middle.rule(
        (request, forward) ->
            request.is(GET)
                ? Reply.of(
                    200,
                    "{\"encryptedWallet\":\"not a wallet\",\"sequence\":2,\"hmac\":\""
                        + signed.hmac()
                        + "\"}")
                : forward.get());
    assertThatThrownBy(laptop::sync).hasMessageContaining("cannot be read");
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\"}");
  }

  @Test
  void nonsenseAndEndlessAnswersEndInOneSentence() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    for (String answer :
        List.of(
            "",
            "<html>",
            "{}",
            "[]",
            "{\"sequence\":1}",
            "{\"encryptedWallet\":1,\"sequence\":1,\"hmac\":\"x\"}",
            "{\"encryptedWallet\":\"x\",\"sequence\":-1,\"hmac\":\"x\"}",
            "{\"encryptedWallet\":\"x\",\"sequence\":1.5,\"hmac\":\"x\"}",
            "{\"encryptedWallet\":\"x\",\"sequence\":99999999999,\"hmac\":\"x\"}",
            "{\"a\":\"" + "x".repeat(40 * 1024 * 1024) + "\"}")) {
      middle.rule((request, forward) -> request.is(GET) ? Reply.of(200, answer) : forward.get());
      assertThatThrownBy(laptop::sync)
          .isInstanceOfSatisfying(
              ClientException.class,
              e -> assertThat(e.problem()).isIn(Problem.UNTRUSTED, Problem.UNREACHABLE));
    }
    middle.honest();
    assertThat(laptop.sync().sequence()).isEqualTo(1);
  }

  @Test
  void aTokenThatIsNoneIsRefusedAndTextFromTheServerIsHarmlessInATerminal() {
    joe.at("laptop").register();
    middle.rule(
        (request, forward) ->
            request.is("POST /api/3/auth/full")
                ? Reply.of(200, "{\"token\":\"x\\r\\ny: z\"}")
                : forward.get());
    assertProblem(Problem.UNTRUSTED, joe.at("laptop")::getAuthToken);
    middle.rule(
        (request, forward) ->
            request.is("POST /api/3/auth/full")
                ? Reply.of(200, "{\"token\":\"x\",\"expiration\":\"\\u001b[31m soon\"}")
                : forward.get());
    joe.at("laptop").getAuthToken();
    assertThat(joe.messages()).last().isEqualTo("Got auth token, valid until [31m soon");
  }

  @Test
  void nothingNewIsA304AndAConflictIsMergedWithoutAskingAgain() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    laptop.sync();
    phone.sync();
    laptop.setPreference("a", "2");
    phone.setPreference("b", "1");
    middle.log().clear();
    middle.rule(
        new Middle.Rule() {
          private boolean raced;

          @Override
          public Reply on(Middle.Request request, Supplier<Reply> forward) {
            if (request.is(POST) && !raced) {
              raced = true;
              laptop.sync();
            }
            return forward.get();
          }
        });

    SyncReport report = phone.sync();

    assertThat(report.sequence()).isEqualTo(3);
    assertThat(middle.log())
        .containsExactly("GET 304", "GET 304", "POST 200", "POST 409", "POST 200");
    assertThat(phone.getPreferences()).hasToString("{a=\"2\", b=\"1\"}");
  }

  @Test
  void theOriginalServerIsUnderstood() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    middle.rule(HostileServerTest::asTheOriginal);
    laptop.setPreference("a", "1");
    laptop.sync();
    phone.setPreference("b", "1");
    assertThat(phone.updateRemoteWallet()).isEqualTo(Outcome.OUT_OF_DATE);
    phone.sync();
    laptop.sync();
    assertThat(laptop.getPreferences()).hasToString("{a=\"1\", b=\"1\"}");
    assertThat(middle.requests()).anyMatch(request -> request.target().contains("?token="));
  }

  /** It wants tokens in the query, and answers to a post without a wallet. */
  private static Reply asTheOriginal(Middle.Request request, Supplier<Reply> forward) {
    if (request.is(GET) && !request.target().contains("token=")) {
      return Reply.of(400, "{\"error\":\"Bad Request: Missing token parameter\"}\n");
    }
    Reply reply = forward.get();
    if (!request.is(POST)) {
      return reply;
    }
    return reply.status() == 200
        ? Reply.of(200, "{}\n")
        : Reply.of(reply.status(), "{\"error\":\"Conflict: Bad sequence number\"}\n");
  }

  @Test
  void theSequenceOfAWalletThatIsNotSignedIsNotBelieved() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    laptop.sync();
    laptop.setPreference("a", "2");
    laptop.sync();

    middle.answer(GET, unsigned(1));
    assertProblem(Problem.UNTRUSTED, () -> laptop.sync(Consent.REPLACE_UNREADABLE))
        .hasMessageContaining("older");
    middle.answer(GET, unsigned(Limits.MAX_SEQUENCE));
    assertProblem(Problem.UNTRUSTED, () -> laptop.sync(Consent.REPLACE_UNREADABLE))
        .hasMessageContaining("leave none for later");
    middle.rule(
        (request, forward) ->
            request.is(GET) ? unsigned(1000) : request.is(POST) ? null : forward.get());
    assertProblem(Problem.UNREACHABLE, () -> laptop.sync(Consent.REPLACE_UNREADABLE));
    assertThat(laptop.getWalletState().sequence()).isEqualTo(2);
    assertProblem(Problem.USAGE, () -> laptop.getRemoteWallet(Consent.REPLACE_UNREADABLE));

    middle.honest();
    laptop.setPreference("a", "3");
    assertThat(laptop.sync().sequence()).isEqualTo(3);
  }

  @Test
  void aPushThatMeetsAnUnsignedWalletReplacesItWithConsentOnly() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    laptop.setPreference("a", "1");
    middle.rule(
        (request, forward) ->
            request.is(POST) && request.body().contains("\"sequence\": 1,")
                ? new Reply(409, unsigned(7).body(), Map.of())
                : request.is(POST) ? Reply.of(200, "{}") : forward.get());

    assertProblem(Problem.UNTRUSTED, laptop::updateRemoteWallet);
    assertThat(laptop.updateRemoteWallet(Consent.REPLACE_UNREADABLE)).isEqualTo(Outcome.SUCCESS);

    assertThat(laptop.getWalletState().sequence()).isEqualTo(8);
  }

  private static Reply unsigned(long sequence) {
    return Reply.of(
        200,
        "{\"error\":\"\",\"encryptedWallet\":\"x\",\"sequence\":" + sequence + ",\"hmac\":\"x\"}");
  }

  @Test
  void thatAPostWasAcceptedIsOnlyBelievedOfALaterVersion() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    laptop.sync();
    phone.sync();
    laptop.setPreference("a", "laptop");
    middle.loseRequestsTo(POST);
    assertProblem(Problem.UNREACHABLE, laptop::sync);
    middle.honest();
    phone.setPreference("a", "phone");
    phone.sync();
    middle.rule(
        (request, forward) -> {
          Reply reply = forward.get();
          return reply.status() == 409
              ? Reply.of(409, reply.body().replaceFirst("\\{", "{\"accepted\":true,"))
              : reply;
        });

    assertThat(laptop.sync().conflicts()).hasToString("[Conflict[a]]");
  }

  @Test
  void aPageThatIsMissingIsNoWalletThatIsMissing() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    middle.answer(GET, Reply.of(404, "{\"error\":\"Not Found: Unknown Endpoint\"}"));
    assertProblem(Problem.REFUSED, laptop::initWalletState);
    middle.answer(GET, Reply.of(404, "<html>"));
    assertProblem(Problem.UNREACHABLE, laptop::initWalletState);
  }

  @Test
  void afterARestoreEveryDeviceAdoptsTheOlderWalletAndAllComeInStep() {
    WalletSyncClient laptop = joe.loggedIn("laptop");
    WalletSyncClient phone = joe.loggedIn("phone");
    laptop.setPreference("a", "1");
    laptop.sync();
    String digest = digest();
    phone.sync();
    phone.setPreference("b", "2");
    phone.sync();
    laptop.sync();
    restore(digest);
    laptop.setPreference("c", "3");

    assertProblem(Problem.UNTRUSTED, laptop::sync).hasMessageContaining("--adopt-older");
    assertProblem(Problem.UNTRUSTED, laptop::updateRemoteWallet);
    SyncReport adopted = laptop.sync(Consent.ADOPT_OLDER);
    assertProblem(Problem.UNTRUSTED, phone::sync);
    phone.sync(Consent.ADOPT_OLDER);

    assertThat(adopted.sequence()).isEqualTo(2);
    assertThat(adopted.pushed()).isTrue();
    assertThat(phone.getPreferences()).hasToString("{a=\"1\", b=\"2\", c=\"3\"}");
    assertThat(laptop.sync().conflicts()).isEmpty();
    assertThat(laptop.getPreferences()).isEqualTo(phone.getPreferences());
    assertThat(laptop.getWalletState()).isEqualTo(phone.getWalletState());
  }

  /** Version 1 again, as it is in a back-up that was made before version 2. */
  private void restore(String digest) {
    Rows.change(
        server,
        "DELETE FROM wallet_versions WHERE sequence = 2 AND account_id = " + ACCOUNT,
        joe.email());
    Rows.change(
        server,
        "UPDATE wallet_heads SET sequence = 1, digest = "
            + digest
            + " WHERE account_id = "
            + ACCOUNT,
        joe.email());
  }

  private String digest() {
    return Sql.rows(
            server.database(),
            "SELECT digest FROM wallet_heads WHERE account_id = " + ACCOUNT,
            joe.email())
        .get(0);
  }
}
