package walletsync.support;

import java.util.Random;

/** Text that is valid, and that nobody expects: for whoever trims, folds, escapes or cuts. */
public final class StrangeText {
  private static final int[] STRANGE = {
    0x80, 0x85, 0xa0, 0xad, 0xdf, 0x130, 0x131, 0x17f, 0x1c5, 0x301, 0x345, 0x3c2, 0x3a3, 0x600,
    0x180e, 0x1e9e, 0x200b, 0x200d, 0x2028, 0x2029, 0x202e, 0x2066, 0x212a, 0x3000, 0xd7ff, 0xe000,
    0xfb01, 0xfdd0, 0xfe0f, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x10400, 0x1d400, 0x1f600,
    0x1fffe, 0xe0001, 0xe01ef, 0x10ffff
  };
  private static final String ATEXT = "!#$%&'*+-/=?^_`{|}~azAZ09";

  private StrangeText() {}

  /** Any characters but NUL; at least one. */
  public static String text(Random random) {
    return of(random, 0x01, 0x7f);
  }

  /** Any characters, NUL too, for at least eight bytes. */
  public static String password(Random random) {
    return of(random, 0x00, 0x7f) + "12345678";
  }

  /** An address that no other has that was made with another number. */
  public static String email(Random random, int number) {
    return atom(random) + "." + number + "@" + atom(random) + "." + atom(random);
  }

  private static String atom(Random random) {
    StringBuilder atom = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      atom.appendCodePoint(
          random.nextBoolean()
              ? ATEXT.charAt(random.nextInt(ATEXT.length()))
              : STRANGE[random.nextInt(STRANGE.length)]);
    }
    return atom.toString();
  }

  private static String of(Random random, int lowest, int highest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(3)) {
            case 0 -> lowest + random.nextInt(highest - lowest + 1);
            case 1 -> STRANGE[random.nextInt(STRANGE.length)];
            default -> scalar(random);
          });
    }
    return text.toString();
  }

  /** Any code point that is a character by itself: no half of a pair. */
  private static int scalar(Random random) {
    int c = 0x80 + random.nextInt(0x110000 - 0x80);
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0x80 : c;
  }
}
