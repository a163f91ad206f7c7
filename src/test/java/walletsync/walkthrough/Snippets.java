package walletsync.walkthrough;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** Runs snippets as the jshell tool does, and shows what it would show. */
final class Snippets implements AutoCloseable {
  /** What the snippets name. The server's libraries would only make their compiler slow. */
  private static final Pattern NEEDED = Pattern.compile("classes/?$|jackson|jspecify");

  private final JShell shell;
  private int shown;

  Snippets() {
    shell =
        JShell.builder()
            .executionEngine(new InThisThread(), Map.of())
            .tempVariableNameGenerator(() -> "$" + shown)
            .build();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (NEEDED.matcher(entry).find()) {
        shell.addToClasspath(entry);
      }
    }
  }

  /**
   * Runs a line, which is one snippet; the result's line as the tool prints it, empty where there
   * is none.
   */
  String run(String line) {
    shown++;
    StringBuilder results = new StringBuilder();
    for (SnippetEvent event : shell.eval(line.endsWith("}") ? line : line + ";")) {
      results.append(result(line, event));
    }
    return results.toString();
  }

  private String result(String line, SnippetEvent event) {
    if (event.status() != Snippet.Status.VALID) {
      List<String> reasons =
          shell.diagnostics(event.snippet()).map(reason -> reason.getMessage(null)).toList();
      throw new AssertionError("The snippet '" + line + "' is not understood: " + reasons);
    }
    if (event.exception() != null) {
      throw new AssertionError("The snippet '" + line + "' failed", event.exception());
    }
    if (event.value() == null || event.snippet().kind() == Snippet.Kind.STATEMENT) {
      return "";
    }
    return switch (event.snippet().subKind()) {
      case VAR_DECLARATION_WITH_INITIALIZER_SUBKIND, TEMP_VAR_EXPRESSION_SUBKIND ->
          name(event.snippet()) + " ==> " + event.value();
      default -> "";
    };
  }

  /** The local engine of the JDK waits for every thread that a snippet has begun. */
  private static final class InThisThread implements ExecutionControlProvider {
    @Override
    public String name() {
      return "in this thread";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
      return new DirectExecutionControl();
    }
  }

  private static String name(Snippet snippet) {
    return ((jdk.jshell.VarSnippet) snippet).name();
  }

  @Override
  public void close() {
    shell.close();
  }
}
