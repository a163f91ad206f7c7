package walletsync.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.BodyType;
import walletsync.protocol.Fields;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Limits;
import walletsync.protocol.Refusal;
import walletsync.protocol.Wallet;

/** JSON in and out, for any text and any number. */
class JsonPropertyTest {
  private static final BodyType<Fields> TYPE =
      new BodyType<>(Set.of("text", "other"), Set.of("number"), fields -> fields);

  @Property(tries = 500)
  void anyTextAndAnySequenceIsReadAsItWasWritten(
      @ForAll("texts") String text, @ForAll("sequences") long number) {
    Fields fields = Json.fields(Json.write(Map.of("text", text, "number", number)), TYPE);

    assertThat(fields.text("text")).isEqualTo(text.isEmpty() ? null : text);
    assertThat(fields.number("number")).isEqualTo(number);
    assertThat(fields.text("other")).isNull();
  }

  @Property(tries = 300)
  void aWalletIsWrittenSoThatOthersReadTheSame(
      @ForAll("texts") String wallet, @ForAll("texts") String hmac, @ForAll("sequences") long n)
      throws IOException {
    Buffer written = Json.write(new Wallet(wallet, n, hmac));

    var read = new ObjectMapper().readTree(written.getBytes());
    assertThat(read.get("encryptedWallet").textValue()).isEqualTo(wallet);
    assertThat(read.get("hmac").textValue()).isEqualTo(hmac);
    assertThat(read.get("sequence").longValue()).isEqualTo(n);
    assertThat(read).hasSize(3);
  }

  @Property(tries = 300)
  void textIsTheSameHoweverItIsEscaped(@ForAll("texts") String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars().forEach(c -> escaped.append(String.format("\\u%04X", c)));

    assertThat(read("{\"text\":\"" + escaped + "\"}").text("text"))
        .isEqualTo(text.isEmpty() ? null : text);
  }

  @Property(tries = 300)
  void halfASurrogatePairIsRefusedWhereverItStands(
      @ForAll("texts") String before, @ForAll("halves") String half) {
    String text = new String(Json.write(before).getBytes(), StandardCharsets.UTF_8);
    String spoilt = text.substring(0, text.length() - 1) + half + ".\"";

    assertThat(refusal("{\"text\":" + spoilt + "}")).isEqualTo(Refusal.MALFORMED_JSON);
    assertThat(refusal("{" + spoilt + ":1}")).isEqualTo(Refusal.MALFORMED_JSON);
    assertThat(refusal("{\"x\":[{" + spoilt + ":1}]}")).isEqualTo(Refusal.MALFORMED_JSON);
    assertThat(refusal("{\"x\":[[" + spoilt + "]]}")).isEqualTo(Refusal.MALFORMED_JSON);
  }

  @Property(tries = 300)
  void aNumberBeyondThirtyTwoBitsIsRefused(@ForAll("otherNumbers") String number) {
    assertThat(refusal("{\"number\":" + number + "}")).isEqualTo(Refusal.MALFORMED_JSON);
  }

  @Property(tries = 500)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
    assertThat(refusal(Buffer.buffer(bytes)))
        .isIn(Refusal.MALFORMED_JSON, Refusal.UNKNOWN_FIELD, null);
  }

  @Property(tries = 1000)
  void aBodyWithOneByteChangedIsReadOrRefused(
      @ForAll byte value, @ForAll("positions") int position) {
    byte[] body =
        "{\"text\":\"a\\u00e9\",\"number\":12,\"other\":null}".getBytes(StandardCharsets.UTF_8);
    body[position % body.length] = value;

    assertThat(refusal(Buffer.buffer(body)))
        .isIn(Refusal.MALFORMED_JSON, Refusal.UNKNOWN_FIELD, null);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .ofMaxLength(50)
        .filter(
            text ->
                text.codePoints()
                    .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  @Provide
  Arbitrary<String> halves() {
    return Arbitraries.integers()
        .between(Character.MIN_SURROGATE, Character.MAX_SURROGATE)
        .map(half -> "\\u%04x".formatted(half));
  }

  @Provide
  Arbitrary<Long> sequences() {
    return Arbitraries.longs().between(0, Limits.MAX_SEQUENCE);
  }

  @Provide
  Arbitrary<Integer> positions() {
    return Arbitraries.integers().between(0, 1000);
  }

  @Provide
  Arbitrary<String> otherNumbers() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(Limits.MAX_SEQUENCE + 1, Long.MAX_VALUE).map(String::valueOf),
        Arbitraries.longs().between(Long.MIN_VALUE, -1).map(String::valueOf),
        Arbitraries.bigIntegers()
            .between(BigInteger.ONE.shiftLeft(63), BigInteger.ONE.shiftLeft(80))
            .map(String::valueOf),
        Arbitraries.longs().between(0, Limits.MAX_SEQUENCE).map(number -> number + ".0"),
        Arbitraries.longs().between(0, Limits.MAX_SEQUENCE).map(number -> number + "e0"));
  }

  private static Fields read(String body) {
    return Json.fields(Buffer.buffer(body), TYPE);
  }

  private static @Nullable Refusal refusal(String body) {
    return refusal(Buffer.buffer(body));
  }

  private static @Nullable Refusal refusal(Buffer body) {
    InvalidRequestException refused =
        catchThrowableOfType(InvalidRequestException.class, () -> Json.fields(body, TYPE));
    return refused == null ? null : refused.refusal();
  }
}
