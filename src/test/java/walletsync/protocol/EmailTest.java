package walletsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import walletsync.support.Vectors;

/** Which texts are addresses, and which addresses are the same. */
class EmailTest {

  /** All but one: bytes that are no UTF-8 never become text here; EmailVectorsTest has that row. */
  static Stream<JsonNode> vectors() {
    return StreamSupport.stream(Vectors.of("server_email_validation").spliterator(), false)
        .filter(vector -> vector.get("email").asText().indexOf('\uFFFD') < 0);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void addressesAreValidAndComparedAsTheOriginalServerDoes(JsonNode vector) {
    String text = vector.get("email").asText();

    assertThat(Email.parse(text))
        .isEqualTo(
            vector.get("valid").asBoolean()
                ? Optional.of(new Email(text, vector.get("normalized").asText()))
                : Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b",
        "!#$%&'*+-/=?^_`{|}~@b",
        "a@!#$%&'*+-/=?^_`{|}~",
        "1@2",
        "a.b.c@d.e.f",
        "-a-@-b-",
        "a@b_c",
        "用户@例子.中国",
        "😀@😀",
        "a\u00a0b@c",
        "a\u2028b@c",
        "a\u0080@c"
      })
  void dotAtomsAndAnythingBeyondAsciiAreFine(String text) {
    assertThat(Email.parse(text)).map(Email::original).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a@@b",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a@.b",
        "a@b.",
        "a@b..c",
        ".@b",
        "a@.",
        " a@b",
        "a@b ",
        "a b@c",
        "a\t@b",
        "a\n@b",
        "a@b\n",
        "a\r\n@b",
        "a\0@b",
        "a\u007f@b",
        "a\u001f@b",
        "<a@b>",
        "A <a@b>",
        "\"a\"@b",
        "\"a b\"@c",
        "a(c)@b",
        "(c)a@b",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
        "a,b@c",
        "a@b,c@d",
        "a;b@c",
        "a:b@c",
        "a\\b@c",
        "mailto:a@b"
      })
  void everythingElseIsNoAddress(String text) {
    assertThat(Email.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Joe@Example.COM, joe@example.com",
    "\u0130@b, i@b", // a Turkish capital I with a dot: String.toLowerCase makes two characters of
    // it
    "I@b, i@b",
    "\u0131@b, \u0131@b",
    "\u039f\u0394\u039f\u03a3@b, \u03bf\u03b4\u03bf\u03c3@b", // a final capital sigma
    "\u00df@b, \u00df@b",
    "\u1e9e@b, \u00df@b",
    "\u00c9@b, \u00e9@b",
    "E\u0301@b, e\u0301@b",
    "\ud801\udc00@b, \ud801\udc28@b", // Deseret, beyond the first 65,536 code points
    "\u01c5@b, \u01c6@b"
  })
  void addressesAreLoweredOneCodePointAtATime(String text, String normalized) {
    assertThat(Email.parse(text)).map(Email::normalized).contains(normalized);
  }

  @Test
  void theOriginalIsKept() {
    assertThat(Email.parse("Joe@Example.COM")).map(Email::original).contains("Joe@Example.COM");
  }

  @Test
  void halfASurrogatePairIsNoAddress() {
    assertThat(Email.parse("a\ud800@b")).isEmpty();
    assertThat(Email.parse("a@\udc00b")).isEmpty();
  }
}
