package walletsync.server.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils bytes that were valid. */
final class Mutation {
  private static final List<byte[]> INTERESTING =
      List.of(
          new byte[] {0},
          new byte[] {(byte) 0xff},
          new byte[] {(byte) 0xc0, (byte) 0x80},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf},
          Attack.latin1("\""),
          Attack.latin1("\\"),
          Attack.latin1("\\u0000"),
          Attack.latin1("\\ud800"),
          Attack.latin1("\\u12"),
          Attack.latin1("{"),
          Attack.latin1("}"),
          Attack.latin1("["),
          Attack.latin1("]"),
          Attack.latin1(","),
          Attack.latin1(":"),
          Attack.latin1("/*"),
          Attack.latin1("//"),
          Attack.latin1("NaN"),
          Attack.latin1("-"),
          Attack.latin1("1e999"),
          Attack.latin1("null"),
          Attack.latin1("\r\n\r\n"),
          Attack.latin1("GET / HTTP/1.1\r\n\r\n"));

  private Mutation() {}

  /** One to four changes. */
  static byte[] of(byte[] valid, Random random) {
    byte[] bytes = valid;
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(20));
    byte[] before = Arrays.copyOf(bytes, from);
    byte[] slice = Arrays.copyOfRange(bytes, from, to);
    byte[] after = Arrays.copyOfRange(bytes, to, bytes.length);
    return switch (random.nextInt(7)) {
      case 0 -> flipped(bytes, random);
      case 1 -> before; // truncated
      case 2 -> Attack.concat(before, slice, slice, after);
      case 3 -> Attack.concat(before, after);
      case 4 -> Attack.concat(before, noise(random, 1 + random.nextInt(8)), slice, after);
      case 5 -> Attack.concat(after, slice, before);
      default ->
          Attack.concat(before, INTERESTING.get(random.nextInt(INTERESTING.size())), slice, after);
    };
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  static byte[] noise(Random random, int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }
}
