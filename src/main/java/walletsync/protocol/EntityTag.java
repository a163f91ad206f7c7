package walletsync.protocol;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The strong entity tag of a wallet state (RFC 9110, section 8.8.3): its sequence and a digest of
 * its content. The digest is there for the day on which a database is restored to an older state:
 * the same sequence may then come again with another wallet.
 *
 * @param sequence the wallet's sequence
 * @param digest 64 bits of a SHA-256 over wallet and HMAC
 */
public record EntityTag(long sequence, long digest) {
  /** The tag of no wallet. */
  public static final EntityTag NONE = new EntityTag(0, 0);

  private static final Pattern OURS = Pattern.compile("\"([0-9]{1,10})-([0-9a-f]{16})\"");

  /** As it stands in an {@code ETag} header, with its quotes. */
  public String header() {
    return "\"" + sequence + "-" + HexFormat.of().toHexDigits(digest) + "\"";
  }

  /**
   * The tags of an {@code If-None-Match} header that can be ours; others cannot match and are left
   * out. A weak mark is ignored, as the comparison for this header is the weak one.
   */
  public static List<EntityTag> parseAll(String ifNoneMatch) {
    if (ifNoneMatch.isEmpty()) {
      return List.of();
    }
    List<EntityTag> tags = new ArrayList<>();
    Matcher matcher = OURS.matcher(ifNoneMatch);
    while (matcher.find()) {
      tags.add(
          new EntityTag(
              Long.parseLong(matcher.group(1)), Long.parseUnsignedLong(matcher.group(2), 16)));
    }
    return List.copyOf(tags);
  }
}
