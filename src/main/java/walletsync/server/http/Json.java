package walletsync.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.BodyType;
import walletsync.protocol.Fields;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Limits;
import walletsync.protocol.Refusal;
import walletsync.protocol.Wallet;

/**
 * JSON in and out. In, it is as strict as the protocol: one object in valid UTF-8 and nothing
 * behind it, text where text belongs, whole numbers of 32 bits as digits. The whole body is read
 * before an unknown member is complained of.
 */
final class Json {
  /** What Java puts in the place of bytes that are not UTF-8. */
  private static final char REPLACED = '\uFFFD';

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              // Names come from strangers: keep no table of them.
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .build());

  private Json() {}

  static Buffer write(Object value) {
    try {
      return Buffer.buffer(MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(value.getClass().getSimpleName() + " is no JSON", e);
    }
  }

  /** A wallet, whose text is most of all that is ever sent: it is only looked through. */
  static Buffer write(Wallet wallet) {
    JsonStringEncoder quoted = JsonStringEncoder.getInstance();
    byte[] text = quoted.quoteAsUTF8(wallet.encryptedWallet());
    byte[] hmac = quoted.quoteAsUTF8(wallet.hmac());
    return Buffer.buffer(text.length + hmac.length + 64)
        .appendString("{\"encryptedWallet\":\"")
        .appendBytes(text)
        .appendString("\",\"sequence\":")
        .appendString(Long.toString(wallet.sequence()))
        .appendString(",\"hmac\":\"")
        .appendBytes(hmac)
        .appendString("\"}");
  }

  /**
   * The members of a body.
   *
   * @throws InvalidRequestException for what is not JSON or not of this shape, then for a member
   *     that the type does not know
   */
  static Fields fields(Buffer body, BodyType<?> type) {
    try (JsonParser parser = MAPPER.createParser(text(body))) {
      require(parser.nextToken() == JsonToken.START_OBJECT);
      Fields fields = new Fields();
      String unknown = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = wellFormed(parser.currentName());
        JsonToken value = parser.nextToken();
        if (type.texts().contains(name)) {
          fields.put(name, text(parser, value));
        } else if (type.numbers().contains(name)) {
          fields.put(name, number(parser, value));
        } else {
          skip(parser);
          unknown = unknown == null ? name : unknown;
        }
      }
      require(parser.nextToken() == null);
      if (unknown != null) {
        throw InvalidRequestException.unknownField(unknown);
      }
      return fields;
    } catch (IOException e) {
      throw malformed();
    }
  }

  private static String text(Buffer body) throws CharacterCodingException {
    byte[] bytes = body.getBytes();
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACED) >= 0) {
      requireUtf8(bytes); // it may have stood there
    }
    require(!text.startsWith("\uFEFF"));
    return text;
  }

  private static void requireUtf8(byte[] bytes) throws CharacterCodingException {
    StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(bytes));
  }

  private static @Nullable String text(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    require(value == JsonToken.VALUE_STRING);
    return wellFormed(parser.getText());
  }

  private static long number(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return 0;
    }
    require(value == JsonToken.VALUE_NUMBER_INT);
    String digits = parser.getText();
    require(digits.length() <= 10 && digits.charAt(0) != '-');
    long number = Long.parseLong(digits);
    require(number <= Limits.MAX_SEQUENCE);
    return number;
  }

  /** Skips a value, but not what is malformed inside it. */
  private static void skip(JsonParser parser) throws IOException {
    int depth = 0;
    JsonToken token = parser.currentToken();
    while (true) {
      require(token != null);
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
        wellFormed(parser.getText());
      }
      if (depth == 0) {
        return;
      }
      token = parser.nextToken();
    }
  }

  /** Half a surrogate pair, written as an escape, would later be stored as a question mark. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        require(
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(++i)));
      }
    }
    return text;
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw malformed();
    }
  }

  private static InvalidRequestException malformed() {
    return new InvalidRequestException(Refusal.MALFORMED_JSON);
  }
}
