package walletsync.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import walletsync.client.sdk.CheapContainer;
import walletsync.support.CheapKeys;

/** A person at a computer who types commands. */
record Computer(Path home, String profile, Map<String, String> environment) {

  /** What a command brought. */
  record Ran(int code, String out, String err) {}

  Ran run(String... arguments) {
    return answering("", arguments);
  }

  Ran answering(String answers, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new BufferedReader(new StringReader(answers)),
            environment,
            CheapKeys.derivation(),
            CheapContainer.packing());
    int code = new CommandLineRun(terminal).execute(all(arguments));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private String[] all(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--home", home.toString(), "--profile", profile));
    return all.toArray(String[]::new);
  }
}
