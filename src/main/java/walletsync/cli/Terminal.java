package walletsync.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.keys.KeyDerivation;
import walletsync.client.sdk.Packing;

/**
 * What a command has around it.
 *
 * @param out results
 * @param err everything else
 * @param in where a person answers questions
 * @param environment variables
 * @param keys derives keys
 * @param packing encrypts wallets
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    BufferedReader in,
    Map<String, String> environment,
    KeyDerivation keys,
    Packing packing) {
  private static final char UNREADABLE = '\ufffd';

  /** Not the variables: one may be the password. */
  @Override
  public String toString() {
    return "Terminal[***]";
  }

  static Terminal ofProcess() {
    return new Terminal(
        System.out,
        System.err,
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
        System.getenv(),
        KeyDerivation.standard(),
        Packing.sdk());
  }

  Optional<String> variable(String name) {
    Optional<String> value =
        Optional.ofNullable(environment.get(name)).filter(present -> !present.isEmpty());
    value.ifPresent(present -> requireWhole("The variable " + name, present));
    return value;
  }

  /**
   * Refuses text that Java could not read: in a locale without its letters, it puts U+FFFD in the
   * place of each. As a password or a value, that would be another one than the person meant.
   */
  static void requireWhole(String what, String text) {
    if (text.indexOf(UNREADABLE) >= 0) {
      throw new ClientException(
          Problem.USAGE,
          what
              + " has letters that cannot be read in this locale. Set LC_ALL=C.UTF-8; a password"
              + " can also be in a file, as UTF-8 (--password-file).");
    }
  }

  /** Asks for a password without showing it; empty where nobody sits at a keyboard. */
  @SuppressWarnings("SystemConsoleNull") // From JDK 22 on it is not null, but at its end at once.
  Optional<String> password(String question) {
    Console console = System.console();
    if (console == null) {
      return Optional.empty();
    }
    char[] typed = console.readPassword("%s", question);
    Optional<String> password = Optional.ofNullable(typed).map(String::new);
    password.ifPresent(present -> requireWhole("The password", present));
    return password;
  }

  /** Asks a question; empty at the end of the input. */
  Optional<String> ask(String question) {
    err.print(question);
    err.flush();
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
