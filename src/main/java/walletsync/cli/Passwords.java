package walletsync.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/**
 * Where a password comes from: a file, a variable, or a prompt. Never an argument, which every user
 * of the machine could read in the list of processes.
 */
final class Passwords {
  private static final int MAX_BYTES = 64 * 1024;

  private final Terminal terminal;

  Passwords(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * A password.
   *
   * @param twice whether to ask a second time, as a new one may be mistyped
   */
  String get(String what, @Nullable Path file, String fileOption, String variable, boolean twice) {
    String password =
        Optional.ofNullable(file)
            .map(Passwords::firstLine)
            .or(() -> terminal.variable(variable))
            .or(() -> prompt(what, twice))
            .orElseThrow(
                () ->
                    new ClientException(
                        Problem.USAGE,
                        "There is no terminal to ask for the "
                            + what.toLowerCase(Locale.ROOT)
                            + ". Give it in a file ("
                            + fileOption
                            + ") or in the variable "
                            + variable
                            + "."));
    if (password.isEmpty()) {
      throw new ClientException(Problem.USAGE, "An empty password protects nothing.");
    }
    return password;
  }

  private Optional<String> prompt(String what, boolean twice) {
    Optional<String> password = terminal.password(what + ": ");
    if (twice
        && password.isPresent()
        && !password.equals(terminal.password(what + " once more: "))) {
      throw new ClientException(Problem.USAGE, "You typed two different passwords.");
    }
    return password;
  }

  private static String firstLine(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ClientException(Problem.USAGE, file + " is too large to hold a password.");
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      String line = end < 0 ? text : text.substring(0, end);
      return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    } catch (IOException e) {
      throw new ClientException(Problem.USAGE, "The password file " + file + " cannot be read.", e);
    }
  }
}
