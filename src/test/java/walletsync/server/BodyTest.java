package walletsync.server;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static walletsync.support.Bodies.logIn;
import static walletsync.support.Bodies.wallet;
import static walletsync.support.Bodies.with;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Http;
import walletsync.support.Http.Response;
import walletsync.support.TestAccount;
import walletsync.support.TestDevice;
import walletsync.support.TestServer;

/** The bytes of a body: how many, in which encoding, and under which name. */
class BodyTest {
  private static final String PATH = "/api/3/wallet";
  private static final String MALFORMED = "Bad Request: Error parsing JSON";
  private static final String TOO_LARGE = "Request Entity Too Large";

  /** The answer to a body that was read and understood. */
  private static final String NO_TOKEN = "Unauthorized: Token Not Found";

  private static final String UNDERSTOOD = Http.json(wallet("unknown"));

  @RegisterExtension static final TestServer server = TestServer.allowAll();
  static TestAccount joe;

  @BeforeAll
  static void signUp() {
    joe = server.newAccount();
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        arguments(99_999, 401, NO_TOKEN),
        arguments(100_000, 401, NO_TOKEN),
        arguments(100_001, 413, TOO_LARGE),
        arguments(131_073, 413, TOO_LARGE),
        arguments(3_000_000, 413, TOO_LARGE));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aBodyHasAtMostOneHundredThousandBytes(int bytes, int status, String error) {
    server.http().send("POST", PATH, padded(bytes)).expectError(status, error);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void theBytesOfABodyOfUnknownLengthAreCounted(int bytes, int status, String error)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(server.http().server() + PATH))
                    .POST(
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(padded(bytes))))
                    .build(),
                BodyHandlers.ofString());

    assertThat(answer.statusCode() + " " + answer.body())
        .isEqualTo(status + " " + Http.json(Http.object("error", error)));
  }

  @Test
  void bytesAreCountedNotCharacters() {
    String json = Http.json(with(wallet("unknown"), "encryptedWallet", "é".repeat(50_000)));

    assertThat(json.length()).isLessThan(100_000);
    server.http().post(PATH, json).expectError(413, TOO_LARGE);
  }

  @Test
  void aWalletThatFillsABodyIsStored() {
    TestDevice device = server.newAccount().logIn("device");
    int rest = Http.json(with(wallet(device.token()), "encryptedWallet", "")).length();
    String large = "w".repeat(100_000 - rest);

    device.post(large, 1, "hmac").expect(200);

    assertThat(device.get().expect(200).text("encryptedWallet")).isEqualTo(large);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/plain; charset=iso-8859-1",
        "application/octet-stream",
        "garbage"
      })
  void theContentTypeOfABodyIsIgnored(String type) {
    String deviceId = "%zz&a=b+c%00 é --x";

    Response answer =
        server
            .http()
            .post("/api/3/auth/full", with(logIn(joe), "deviceId", deviceId), "Content-Type", type)
            .expect(200);

    assertThat(answer.text("deviceId")).isEqualTo(deviceId);
  }

  static Stream<Arguments> otherEncodings() {
    return Stream.of(
        arguments("a byte order mark", ("\uFEFF" + UNDERSTOOD).getBytes(UTF_8)),
        arguments("UTF-16 with a mark", UNDERSTOOD.getBytes(UTF_16)),
        arguments("UTF-16BE", UNDERSTOOD.getBytes(UTF_16BE)),
        arguments("UTF-16LE", UNDERSTOOD.getBytes(UTF_16LE)),
        arguments("UTF-32", UNDERSTOOD.getBytes(Charset.forName("UTF-32"))),
        arguments("Latin 1", withText("é").getBytes(StandardCharsets.ISO_8859_1)),
        arguments("a lone continuation byte", withBytes(0x80)),
        arguments("0xFF", withBytes(0xFF)),
        arguments("a cut sequence", withBytes(0xE2, 0x82)),
        arguments("an overlong slash", withBytes(0xC0, 0xAF)),
        arguments("an overlong NUL", withBytes(0xC0, 0x80)),
        arguments("a surrogate", withBytes(0xED, 0xA0, 0x80)),
        arguments("a pair of surrogates", withBytes(0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80)),
        arguments("beyond the last code point", withBytes(0xF4, 0x90, 0x80, 0x80)));
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  void whatIsNotUtf8IsNotJson(String what, byte[] body) {
    server.http().send("POST", PATH, body).expectError(400, MALFORMED);
  }

  @Test
  void anyUtf8IsFine() {
    for (String text : new String[] {"é", "用户", "😀", "\u2028", "\uFEFF", "\uFFFD", "\u0080"}) {
      server.http().post(PATH, withText(text)).expectError(401, NO_TOKEN);
    }
  }

  @Test
  void noBodyIsNoJson() {
    server.http().send("POST", PATH, new byte[0]).expectError(400, MALFORMED);
    server
        .http()
        .send("POST", PATH, new byte[0], "Content-Type", "application/json")
        .expectError(400, MALFORMED);
  }

  private static byte[] padded(int bytes) {
    return (UNDERSTOOD + " ".repeat(bytes - UNDERSTOOD.length())).getBytes(UTF_8);
  }

  private static String withText(String text) {
    return UNDERSTOOD.replace("\"wallet\"", "\"wal" + text + "let\"");
  }

  /** A body whose wallet holds bytes that are no UTF-8. */
  private static byte[] withBytes(int... bytes) {
    byte[] before = UNDERSTOOD.substring(0, UNDERSTOOD.indexOf("wallet\",") + 3).getBytes(UTF_8);
    byte[] after = UNDERSTOOD.substring(before.length).getBytes(UTF_8);
    byte[] body = new byte[before.length + bytes.length + after.length];
    System.arraycopy(before, 0, body, 0, before.length);
    for (int i = 0; i < bytes.length; i++) {
      body[before.length + i] = (byte) bytes[i];
    }
    System.arraycopy(after, 0, body, before.length + bytes.length, after.length);
    return body;
  }
}
