package walletsync.server.auth;

import java.util.Set;
import walletsync.protocol.Email;
import walletsync.server.settings.SignUpMode;

/**
 * Who may sign up.
 *
 * @param whitelist addresses, compared to the letter; used in mode Whitelist
 */
record SignUpPolicy(SignUpMode mode, Set<String> whitelist) {
  boolean allows(Email email) {
    return mode != SignUpMode.WHITELIST || whitelist.contains(email.original());
  }

  boolean verifiesByMail() {
    return mode == SignUpMode.EMAIL_VERIFY;
  }
}
