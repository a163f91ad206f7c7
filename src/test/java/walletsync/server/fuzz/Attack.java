package walletsync.server.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Bytes to send, and what has to happen then.
 *
 * @param pieces what is sent, in so many writes
 * @param answers for each answer that has to come, in this order, a text that its body holds
 * @param then what becomes of the connection
 * @param head whether the answers have no body
 */
public record Attack(List<byte[]> pieces, List<String> answers, Then then, boolean head) {

  /** Makes an attack; the same random numbers make the same one. */
  @FunctionalInterface
  public interface Generator {
    Attack next(Random random, Victim victim);
  }

  /** What becomes of the connection. */
  public enum Then {
    /** Good HTTP: the next request on it gets its own answer, unless the last answer said no. */
    GOES_ON,
    /** Not quite HTTP: as {@link #GOES_ON}, or the server closes after the answer. */
    GOES_ON_OR_ENDS,
    /** The server closes it, before or after an answer. */
    ENDS,
    /** Not all was sent: the client has no more to say, and the server has to close. */
    CLIENT_STOPS,
    /** Not all was sent, and the client is gone. */
    CLIENT_LEAVES
  }

  static Attack of(byte[] request, Then then) {
    return new Attack(List.of(request), List.of(""), then, false);
  }

  static Attack of(String request, Then then) {
    return of(latin1(request), then);
  }

  /** A GET without a body, with these header lines, each ending in CRLF. */
  static Attack get(String path, String headers, Then then) {
    return of("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n", then);
  }

  /** A POST of good HTTP, whatever its body is. */
  static Attack post(String path, byte[] body) {
    return of(postBytes(path, "", body), Then.GOES_ON);
  }

  static byte[] postBytes(String path, String headers, byte[] body) {
    return concat(
        latin1(
            "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n"
                .formatted(path, headers, body.length)),
        body);
  }

  Attack inPieces(Random random) {
    byte[] all = concat(pieces.toArray(new byte[0][]));
    int cut1 = random.nextInt(all.length + 1);
    int cut2 = cut1 + random.nextInt(all.length - cut1 + 1);
    return new Attack(
        List.of(
            Arrays.copyOf(all, cut1),
            Arrays.copyOfRange(all, cut1, cut2),
            Arrays.copyOfRange(all, cut2, all.length)),
        answers,
        then,
        head);
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** The beginning of what is sent, printable. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (byte[] piece : pieces) {
      for (int i = 0; i < Math.min(piece.length, 1_500); i++) {
        int c = piece[i] & 0xff;
        text.append(c >= ' ' && c < 0x7f ? String.valueOf((char) c) : "\\x%02x".formatted(c));
      }
      text.append(" (").append(piece.length).append(" bytes)\n");
    }
    return then + " " + text;
  }
}
