package walletsync.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for single fields, each answering with the refusal of the endpoint that asks. */
final class Rules {
  private static final Pattern SALT_SEED = Pattern.compile("[0-9a-fA-F]{64}");

  private Rules() {}

  static Email email(@Nullable String text, Refusal otherwise) {
    return Email.parse(text == null ? "" : text)
        .orElseThrow(() -> new InvalidRequestException(otherwise));
  }

  static Secret password(@Nullable String text, Refusal otherwise) {
    Secret password = Secret.of(text == null ? "" : text);
    require(password.utf8().length >= Limits.MIN_PASSWORD_BYTES, otherwise);
    return password;
  }

  static String saltSeed(@Nullable String text) {
    String seed = present(text, Refusal.SALT_SEED_INVALID_OR_MISSING);
    require(SALT_SEED.matcher(seed).matches(), Refusal.SALT_SEED_INVALID_OR_MISSING);
    return seed;
  }

  static String present(@Nullable String text, Refusal otherwise) {
    if (text == null) {
      throw new InvalidRequestException(otherwise);
    }
    return text;
  }

  /** Text that goes into Postgres, which cannot store NUL. */
  static String storable(@Nullable String text, Refusal whenMissing, Refusal whenInvalid) {
    String value = present(text, whenMissing);
    require(value.indexOf('\0') < 0, whenInvalid);
    return value;
  }

  static void require(boolean condition, Refusal otherwise) {
    if (!condition) {
      throw new InvalidRequestException(otherwise);
    }
  }
}
