package walletsync.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http.Response;
import walletsync.support.Rows;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** What is ours in the answers of {@code /wallet}: the wallet itself, retries, entity tags. */
class WalletAnswersTest {
  private static final String FIRST =
      "{\"encryptedWallet\":\"first\",\"sequence\":1,\"hmac\":\"hmac 1\"}";

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  /** A device whose account has the first wallet, and no other: no test adds one. */
  static TestDevice reader;

  @BeforeAll
  static void storeAFirstWallet() {
    reader = withFirstWallet();
  }

  @Test
  void aConflictIsAnsweredWithTheCurrentWallet() {
    assertThat(reader.post("other", 1, "hmac 1").expect(409).body())
        .isEqualTo(
            "{\"error\":\"Conflict: Bad sequence number\",\"encryptedWallet\":\"first\","
                + "\"sequence\":1,\"hmac\":\"hmac 1\"}");
  }

  @Test
  void aConflictWithNothingStoredHasNothingToShow() {
    TestDevice device = server.newAccount().logIn("device");

    device.post("wallet", 2, "hmac").expectError(409, "Conflict: Bad sequence number");
    device.get().expectError(404, "Not Found: No wallet");
  }

  @ParameterizedTest
  @CsvSource({
    "first, 1, other hmac",
    "other wallet, 1, hmac 1",
    "'first ', 1, hmac 1",
    "First, 1, hmac 1",
    "second, 3, hmac",
    "first, 3, hmac 1",
    "second, 4294967295, hmac"
  })
  void onlyTheNextSequenceOrTheSameWalletIsAccepted(String wallet, long sequence, String hmac) {
    Response answer = reader.post(wallet, sequence, hmac).expect(409);

    assertThat(answer.json().has("accepted")).isFalse();
    assertThat(reader.get().expect(200).body()).isEqualTo(FIRST);
  }

  @Test
  void aRetryIsAnsweredLikeTheFirstTimeAndStoresNothing() {
    TestAccount account = server.newAccount();
    TestDevice device = account.logIn("device");
    Response first = device.post("first", 1, "hmac 1").expect(200);

    Response again = device.post("first", 1, "hmac 1").expect(200);
    Response fromAnotherDevice = account.logIn("other").post("first", 1, "hmac 1").expect(200);

    assertThat(again.body()).isEqualTo(first.body()).isEqualTo(FIRST);
    assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
    assertThat(fromAnotherDevice.body()).isEqualTo(FIRST);
    assertThat(
            Rows.read(
                server,
                "SELECT count(*) FROM wallet_versions JOIN accounts ON account_id = id"
                    + " WHERE email = ?",
                account.email()))
        .isEqualTo("1");
  }

  @Test
  void aRetryAfterTheNextWriteIsAConflictThatWasAccepted() {
    TestDevice device = withFirstWallet();
    device.post("second", 2, "hmac 2").expect(200);

    assertThat(device.post("first", 1, "hmac 1").expect(409).body())
        .isEqualTo(
            "{\"error\":\"Conflict: Bad sequence number\",\"encryptedWallet\":\"second\","
                + "\"sequence\":2,\"hmac\":\"hmac 2\",\"accepted\":true}");
    assertThat(device.post("other", 1, "hmac 1").expect(409).json().has("accepted")).isFalse();
  }

  @Test
  void walletAnswersCarryAStrongTagAndMayBeKeptByTheClientAlone() {
    TestDevice device = server.newAccount().logIn("device");

    Response saved = device.post("first", 1, "hmac 1").expect(200);
    Response read = device.get().expect(200);

    assertThat(saved.header("ETag")).matches("\"1-[0-9a-f]+\"").isEqualTo(read.header("ETag"));
    assertThat(saved.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(read.header("Cache-Control")).isEqualTo("private, no-cache");
    assertThat(read.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void theTagTellsContentsApart() {
    assertThat(tag(withFirstWallet())).isEqualTo(tag(reader));
    assertThat(tag(withWallet("other", "hmac 1"))).startsWith("\"1-").isNotEqualTo(tag(reader));
    assertThat(tag(withWallet("firsth", "mac 1"))).isNotEqualTo(tag(reader));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TAG",
        "W/TAG",
        "*",
        "\"other\", TAG",
        "TAG, \"other\"",
        "\"1-0000000000000000\",W/\"x\" ,TAG",
        "\"\", TAG",
        "\"a,b\", TAG"
      })
  void aClientThatHasTheWalletIsNotSentItAgain(String header) {
    String tag = tag(reader);

    Response answer = reader.get("If-None-Match", header.replace("TAG", tag)).expect(304);

    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("ETag")).isEqualTo(tag);
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
  }

  @Test
  void severalTagHeadersAreOneList() {
    reader.get("If-None-Match", "\"x\"", "If-None-Match", tag(reader)).expect(304);
    reader.get("If-None-Match", tag(reader), "If-None-Match", "\"x\"").expect(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"1\"",
        "\"other\"",
        "\"*\"",
        "1-0123456789abcdef",
        "\"1-0123456789abcdef\"",
        "\"99999999999999999999-0123456789abcdef\"",
        "\"",
        ",,,",
        "garbage",
        "W/",
        "\"1-zzzzzzzzzzzzzzzz\""
      })
  void aClientThatHasAnotherWalletOrNoneIsSentIt(String header) {
    assertThat(reader.get("If-None-Match", header).expect(200).body()).isEqualTo(FIRST);
  }

  @Test
  void theTagOfAnEarlierStateOrOfAnotherAccountDoesNotMatch() {
    TestDevice device = withFirstWallet();
    String earlier = tag(device);
    String others = tag(withWallet("theirs", "hmac 1"));
    device.get("If-None-Match", others).expect(200);

    device.post("second", 2, "hmac 2").expect(200);

    device.get("If-None-Match", earlier).expect(200);
    device.get("If-None-Match", tag(device) + ", " + earlier).expect(304);
  }

  @Test
  void theTokenIsCheckedBeforeTheTag() {
    server
        .http()
        .get("/api/3/wallet?token=unknown", "If-None-Match", "*")
        .expectError(401, "Unauthorized: Token Not Found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return=minimal",
        "Return=minimal",
        "return=\"minimal\"",
        "return = minimal",
        "return=minimal; foo=bar",
        "respond-async, return=minimal, wait=10",
        "foo; x=\"a,b\", return=minimal"
      })
  void aClientCanPreferAMinimalAnswer(String preference) {
    Response answer = reader.post("first", 1, "hmac 1", "Prefer", preference).expect(200);

    assertThat(answer.body()).isEqualTo("{}");
    assertThat(answer.header("ETag")).isEqualTo(tag(reader));
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return=representation",
        "return=representation, return=minimal", // the first of a name counts: RFC 7240, section 2
        "respond-async",
        "return",
        "minimal",
        "x-return=minimal",
        "foo=\"return=minimal\"",
        "foo=\"a, return=minimal\"",
        "foo; return=minimal",
        "return=minimally"
      })
  void whoeverDoesNotPreferAMinimalAnswerGetsTheWallet(String preference) {
    assertThat(reader.post("first", 1, "hmac 1", "Prefer", preference).expect(200).body())
        .isEqualTo(FIRST);
  }

  @Test
  void aFirstWalletCanBeAnsweredMinimally() {
    TestDevice device = server.newAccount().logIn("device");

    Response answer = device.post("first", 1, "hmac 1", "Prefer", "return=minimal").expect(200);

    assertThat(answer.body()).isEqualTo("{}");
    assertThat(answer.header("ETag")).isEqualTo(tag(device));
  }

  @Test
  void severalPreferHeadersAreOneList() {
    assertThat(
            reader
                .post("first", 1, "hmac 1", "Prefer", "respond-async", "Prefer", "return=minimal")
                .expect(200)
                .body())
        .isEqualTo("{}");
  }

  @Test
  void aConflictShowsTheWalletWhateverTheClientPrefers() {
    assertThat(
            reader
                .post("other", 1, "hmac", "Prefer", "return=minimal")
                .expect(409)
                .text("encryptedWallet"))
        .isEqualTo("first");
  }

  @Test
  void walletAndHmacAreOpaqueText() {
    String text = "%s \"\\\n\t\u0001\u2028 é 用户 😀 </script> ' ; --";
    TestDevice device = server.newAccount().logIn("device");

    device.post(text, 1, text).expect(200);

    Response read = device.get().expect(200);
    assertThat(read.text("encryptedWallet")).isEqualTo(text);
    assertThat(read.text("hmac")).isEqualTo(text);
    device.post(" ", 2, " ").expect(200);
    assertThat(device.get().expect(200).text("encryptedWallet")).isEqualTo(" ");
  }

  private static TestDevice withFirstWallet() {
    return withWallet("first", "hmac 1");
  }

  private static TestDevice withWallet(String wallet, String hmac) {
    TestDevice device = server.newAccount().logIn("device");
    device.post(wallet, 1, hmac).expect(200);
    return device;
  }

  private static String tag(TestDevice device) {
    return String.valueOf(device.get().expect(200).header("ETag"));
  }
}
