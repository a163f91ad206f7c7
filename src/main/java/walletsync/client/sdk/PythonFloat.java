package walletsync.client.sdk;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Floating-point numbers as Python writes them: the shortest digits that read back the same. */
final class PythonFloat {
  /** From this power of ten on, and below the next, Python writes an exponent. */
  private static final int POSITIONAL_BELOW = 16;

  private static final int POSITIONAL_FROM = -4;

  private PythonFloat() {}

  static String repr(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "Infinity" : "-Infinity";
    }
    String sign = 1 / number < 0 || number < 0 ? "-" : "";
    if (number == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(number));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    return sign
        + (exponent >= POSITIONAL_FROM && exponent < POSITIONAL_BELOW
            ? positional(shortest)
            : scientific(digits, exponent));
  }

  /**
   * The shortest decimal that reads back as the number. Java prefers two digits even where one is
   * enough (4.9E-324), Python does not (5e-324).
   */
  private static BigDecimal shortest(double number) {
    BigDecimal decimal = new BigDecimal(NumberOutput.toString(number, true)).stripTrailingZeros();
    if (decimal.precision() == 2) {
      BigDecimal rounded = decimal.setScale(decimal.scale() - 1, RoundingMode.HALF_EVEN);
      if (rounded.doubleValue() == number) {
        return rounded.stripTrailingZeros();
      }
    }
    return decimal;
  }

  private static String positional(BigDecimal decimal) {
    return decimal.scale() > 0 ? decimal.toPlainString() : decimal.toPlainString() + ".0";
  }

  private static String scientific(String digits, int exponent) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + twoDigits(Math.abs(exponent));
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : String.valueOf(number);
  }
}
