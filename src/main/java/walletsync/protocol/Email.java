package walletsync.protocol;

import java.util.Optional;

/**
 * An e-mail address that passes the protocol's rules: local part and domain are dot-atoms of RFC
 * 5322, plus any character beyond ASCII; no display name, quotes, comments, domain literal or
 * blanks. There are no host-name rules, so {@code a@b} is fine.
 *
 * @param original as the person typed it; mails go there, and the whitelist compares this
 * @param normalized lower case per code point: accounts compare this
 */
public record Email(String original, String normalized) {
  private static final String ATEXT_SYMBOLS = "!#$%&'*+-/=?^_`{|}~";

  /** The address, or nothing where the text is not one. */
  public static Optional<Email> parse(String text) {
    int at = text.indexOf('@');
    if (at < 0 || !isDotAtom(text.substring(0, at)) || !isDotAtom(text.substring(at + 1))) {
      return Optional.empty();
    }
    return Optional.of(new Email(text, lowerCase(text)));
  }

  private static boolean isDotAtom(String text) {
    return !text.isEmpty()
        && !text.startsWith(".")
        && !text.endsWith(".")
        && !text.contains("..")
        && text.codePoints().allMatch(c -> c == '.' || isAtext(c));
  }

  private static boolean isAtext(int c) {
    return c >= 0x80
        ? !Character.isSurrogate((char) c) || Character.isSupplementaryCodePoint(c)
        : (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || ATEXT_SYMBOLS.indexOf(c) >= 0;
  }

  /**
   * Lower case per code point, without the special cases of {@link String#toLowerCase}: a capital I
   * with a dot becomes a plain i, and a final capital sigma becomes a plain sigma. That is how
   * existing servers compare, so an account must not change its name here.
   */
  private static String lowerCase(String text) {
    return text.codePoints()
        .map(Character::toLowerCase)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Not the address: logs must not collect those. */
  @Override
  public String toString() {
    return "Email[***]";
  }
}
