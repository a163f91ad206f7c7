package walletsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.sdk.PythonJson;
import walletsync.support.Await;
import walletsync.support.Rows;
import walletsync.support.TestServer;

/** The command line as a process. */
class CommandLineProcessTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void aWatchingComputerKeepsUpUntilItIsStopped(@TempDir Path home)
      throws IOException, InterruptedException {
    Map<String, String> environment = Map.of("WALLET_SYNC_PASSWORD", "password one");
    Computer laptop = new Computer(home, "laptop", environment);
    Computer phone = new Computer(home, "phone", environment);
    String address = "http://127.0.0.1:" + server.port();
    laptop.run("register", "--email", "watch@example.com", "--server", address);
    phone.run("login", "--email", "watch@example.com", "--server", address);
    Path output = home.resolve("watch.log");
    Process watch =
        start(
            CheapMain.class,
            "-Xmx256m",
            output,
            home,
            "watch",
            "--every",
            "1",
            "--profile",
            "phone");
    try {
      Await.until("it listens", () -> read(output).contains("Listening for changes"), 60);

      laptop.run("pref", "set", "animal", "cow");
      laptop.run("sync");
      Await.until("it heard", () -> phone.run("pref", "list").out().equals("animal = \"cow\"\n"));
      phone.run("pref", "set", "car", "Audi");
      Await.until(
          "it told",
          () -> {
            laptop.run("sync");
            return laptop.run("pref", "list").out().contains("car = \"Audi\"");
          });

      JsonNode state = PythonJson.parse(read(home.resolve("phone").resolve("state.json")));
      Rows.change(
          server, "DELETE FROM auth_tokens WHERE device_id = ?", state.path("deviceId").asText());
      phone.run("pref", "set", "house", "green");
      Await.until(
          "it told, in a new session",
          () -> {
            laptop.run("sync");
            return laptop.run("pref", "list").out().contains("house = \"green\"");
          });
      assertThat(read(output)).contains("Got auth token");
    } finally {
      watch.destroy();
    }
    assertThat(watch.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(read(output)).doesNotContain("Exception").doesNotContain("password one");
  }

  @Test
  void theRealProcessSaysWhatIsWrong(@TempDir Path home) throws IOException, InterruptedException {
    Path output = home.resolve("out.log");
    Process process =
        start(
            Main.class,
            "-Xmx64m",
            output,
            home,
            "register",
            "--email",
            "real@example.com",
            "--server",
            "http://127.0.0.1:" + server.port());

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(10);
    assertThat(read(output)).contains("-Xmx1280m").doesNotContain("\tat ");
  }

  /** Under cron, systemd and in containers there is no locale. */
  @Test
  void aPasswordThatTheLocaleCannotReadIsRefused(@TempDir Path home)
      throws IOException, InterruptedException {
    Path output = home.resolve("out.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "export LC_ALL=C WALLET_SYNC_PASSWORD=\"$(printf 'p\\303\\244ss')\"; exec \"$@\"",
                "sh"));
    command.addAll(
        command(
            CheapMain.class,
            "-Xmx64m",
            home,
            "register",
            "--email",
            "locale@example.com",
            "--server",
            "http://127.0.0.1:" + server.port()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(read(output)).contains("WALLET_SYNC_PASSWORD", "--password-file");
    assertThat(process.exitValue()).isEqualTo(2);
  }

  private static Process start(
      Class<?> main, String memory, Path output, Path home, String... arguments)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(main, memory, home, arguments));
    builder.environment().put("WALLET_SYNC_PASSWORD", "password one");
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  private static List<String> command(
      Class<?> main, String memory, Path home, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                memory,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--home", home.toString()));
    return command;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
