package walletsync.server.admin;

import java.util.Optional;
import walletsync.protocol.Email;
import walletsync.protocol.Sha256;

/**
 * How an operator names an account: by its e-mail address, in any case, or by its number.
 *
 * @param id the number, where that was given
 * @param emailKey the unique key of the address, where that was given
 * @param text as it was typed
 */
record AccountRef(Optional<Long> id, Optional<byte[]> emailKey, String text) {

  static AccountRef parse(String text) {
    if (text.matches("[0-9]{1,18}")) {
      return new AccountRef(Optional.of(Long.parseLong(text)), Optional.empty(), text);
    }
    Email email =
        Email.parse(text)
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "'%s' is neither an e-mail address nor an account's number"
                            .formatted(Printer.clean(text))));
    return new AccountRef(Optional.empty(), Optional.of(Sha256.of(email.normalized())), text);
  }

  CommandFailedException notFound() {
    return new CommandFailedException("There is no account " + Printer.clean(text));
  }

  @Override
  public String toString() {
    return "AccountRef[***]";
  }
}
