package walletsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script, with a Java that only says how it was called. */
class StartScriptTest {
  @TempDir private Path installed;

  @BeforeEach
  void install() throws IOException {
    Files.createDirectories(installed.resolve("bin"));
    Files.createDirectories(installed.resolve("target"));
    Files.copy(Path.of("bin/wallet-sync"), installed.resolve("bin/wallet-sync"));
    Files.createFile(installed.resolve("target/wallet-sync-server.jar"));
    java("echo \"LC_ALL=$LC_ALL $*\"");
  }

  private void java(String script) throws IOException {
    Path java = installed.resolve("java/bin/java");
    Files.createDirectories(installed.resolve("java/bin"));
    Files.writeString(java, "#!/bin/sh\n" + script + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private String run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh"));
    command.add(installed.resolve("bin/wallet-sync").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", installed.resolve("java").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said + "exit " + process.exitValue();
  }

  @Test
  void aLocaleWithoutLettersBecomesOneWithAll() throws IOException, InterruptedException {
    assertThat(run(Map.of("LC_ALL", "C"), "status"))
        .startsWith("LC_ALL=C.UTF-8 ")
        .contains("walletsync.cli.Main status\nexit 0");
    assertThat(run(Map.of("LC_ALL", "C.UTF-8"), "status")).startsWith("LC_ALL=C.UTF-8 ");
  }
}
