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
  private Path installed;
  private Path script;

  @BeforeEach
  void install(@TempDir Path folder) throws IOException {
    installed = folder;
    Files.createDirectories(installed.resolve("bin"));
    Files.createDirectories(installed.resolve("target"));
    Files.copy(Path.of("bin/wallet-sync"), installed.resolve("bin/wallet-sync"));
    Files.createFile(installed.resolve("target/wallet-sync-server.jar"));
    script = installed.resolve("bin/wallet-sync");
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
    command.add(script.toString());
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

  @Test
  void aLinkToTheScriptFindsTheJar() throws IOException, InterruptedException {
    Path links = Files.createDirectories(installed.resolve("links"));
    Files.createSymbolicLink(links.resolve("first"), Path.of("../bin/wallet-sync"));
    script = Files.createSymbolicLink(links.resolve("second"), links.resolve("first"));

    assertThat(run(Map.of(), "status")).contains("walletsync.cli.Main status\nexit 0");
  }

  @Test
  void onlyWhatDerivesKeysGetsTheMemoryForIt() throws IOException, InterruptedException {
    assertThat(run(Map.of(), "status", "--profile", "phone")).doesNotContain("-Xmx1280m");
    assertThat(run(Map.of(), "--profile", "phone", "login")).contains("-Xmx1280m");
  }

  @Test
  void memoryThatCannotBeReservedIsToldInOneLine() throws IOException, InterruptedException {
    java("echo 'Error: Could not create the Java Virtual Machine.'; exit 1");

    String said = run(Map.of(), "login");

    assertThat(said).contains("wallet-sync: Java cannot get", "exit 10");
    assertThat(said).doesNotContain("Error: Could not");
  }
}
