package walletsync.server.mail;

import java.net.IDN;

/** Addresses in the form in which mail systems take them. */
final class Recipient {
  /** RFC 5321, section 4.5.3.1.3: 256 with the angle brackets. */
  private static final int LONGEST = 254;

  private Recipient() {}

  /**
   * An address whose domain is in ASCII: names in other scripts become what the DNS knows them by
   * (RFC 5891). The local part stays as it is.
   *
   * @throws MailException where the domain is none, or the address is longer than SMTP allows
   */
  static String withAsciiDomain(String address) {
    int at = address.lastIndexOf('@');
    String domain = address.substring(at + 1);
    String ascii;
    try {
      ascii = address.length() > LONGEST || isAscii(domain) ? domain : IDN.toASCII(domain);
    } catch (IllegalArgumentException e) {
      throw MailException.notSent("the recipient's domain is none");
    }
    String result = address.substring(0, at + 1) + ascii;
    if (result.length() > LONGEST) {
      throw MailException.notSent("the recipient's address is longer than mail systems allow");
    }
    // What maps to nothing or to a blank must not become a part of a command.
    if (!ascii.matches("[!-;=?-~&&[^,@()]]+")) {
      throw MailException.notSent("the recipient's domain is none");
    }
    return result;
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
