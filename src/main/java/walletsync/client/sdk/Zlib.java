package walletsync.client.sdk;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** Zlib streams (RFC 1950) with a bound on what they unfold to. */
final class Zlib {
  /** The longest text that a stream may unfold to, in bytes; a bomb ends there. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final int CHUNK = 8192;
  private static final int DEFLATE = 8;
  private static final int LARGEST_WINDOW = 7;

  private Zlib() {}

  static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      while (!deflater.finished()) {
        out.write(chunk, 0, deflater.deflate(chunk));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * Whether the first two bytes can begin a stream. A wrong password can pass the padding by
   * chance; the SDK recognizes it by the header, and so does this.
   */
  static boolean hasHeader(byte[] stream) {
    return stream.length >= 2
        && (stream[0] & 0x0f) == DEFLATE
        && ((stream[0] & 0xf0) >> 4) <= LARGEST_WINDOW
        && (((stream[0] & 0xff) << 8) | (stream[1] & 0xff)) % 31 == 0;
  }

  static byte[] inflate(byte[] stream) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(stream);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      while (!inflater.finished()) {
        int count = inflater.inflate(chunk);
        if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw damaged();
        }
        if (out.size() + count > MAX_BYTES) {
          throw new ClientException(
              Problem.UNREADABLE, "This is not a wallet that can be read: it unfolds without end.");
        }
        out.write(chunk, 0, count);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw damaged();
    } finally {
      inflater.end();
    }
  }

  private static ClientException damaged() {
    return new ClientException(
        Problem.UNREADABLE, "This is not a wallet that can be read: it is damaged.");
  }
}
