package walletsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.cli.Computer.Ran;
import walletsync.support.TestServer;

/** The commands with a real server: two profiles stand for two computers. */
class CommandsTest {
  @RegisterExtension static final TestServer server = TestServer.allowAll();
  private static final AtomicInteger ACCOUNTS = new AtomicInteger();

  private String email;
  private Path home;
  private Computer laptop;
  private Computer phone;

  @BeforeEach
  void twoComputers(@TempDir Path folder) {
    email = "cli" + ACCOUNTS.incrementAndGet() + "@example.com";
    home = folder;
    Map<String, String> environment = Map.of("WALLET_SYNC_PASSWORD", "password one");
    laptop = new Computer(folder, "laptop", environment);
    phone = new Computer(folder, "phone", environment);
  }

  private void logBothIn() {
    Ran registered = laptop.run("register", "--email", email, "--server", address());
    assertThat(registered.code()).as(registered.err()).isZero();
    assertThat(phone.run("login", "--email", email, "--server", address()).code()).isZero();
  }

  private static String address() {
    return "http://127.0.0.1:" + server.port();
  }

  @Test
  void twoComputersComeInStep() {
    logBothIn();
    assertThat(laptop.run("pref", "set", "animal", "cow").out()).isEqualTo("animal = \"cow\"\n");
    assertThat(laptop.run("status").out()).contains("unsynced  yes");
    assertThat(laptop.run("sync").out()).isEqualTo("In step at version 1, stored changes.\n");
    assertThat(phone.run("sync").out()).isEqualTo("In step at version 1, got changes.\n");
    assertThat(phone.run("pref", "get", "animal").out()).isEqualTo("\"cow\"\n");
    assertThat(phone.run("sync").out()).isEqualTo("In step at version 1.\n");
    assertThat(phone.run("status").out()).contains("unsynced  no", "version   1", email);
    assertThat(phone.run("pref", "unset", "animal").code()).isZero();
    assertThat(phone.run("push").out()).isEqualTo("Stored version 2.\n");
    assertThat(laptop.run("pull").out()).isEqualTo("Merged version 2.\n");
    assertThat(laptop.run("pref", "list").out()).isEqualTo("(no preferences)\n");
  }

  @Test
  void aConflictIsAskedAbout() {
    logBothIn();
    laptop.run("pref", "set", "car", "Audi");
    laptop.run("sync");
    phone.run("sync");
    laptop.run("pref", "set", "car", "Toyota");
    phone.run("pref", "unset", "car");
    laptop.run("sync");

    Ran undecided = phone.run("sync", "--on-conflict", "ask");
    assertThat(undecided.code()).isEqualTo(4);
    assertThat(phone.run("sync", "--on-conflict=refuse").code()).isEqualTo(4);
    Ran decided = phone.answering("perhaps\nt\n", "sync", "--on-conflict", "ask");

    assertThat(decided.err())
        .contains("before:              \"Audi\"", "on this device:      (not there, or deleted)")
        .contains("on another device:   \"Toyota\"");
    assertThat(decided.out()).startsWith("Resolved a conflict about car.");
    assertThat(phone.run("pref", "get", "car").out()).isEqualTo("\"Toyota\"\n");
  }

  @Test
  void aPushBehindOthersMergesAndSaysSo() {
    logBothIn();
    laptop.run("pref", "set", "a", "1");
    laptop.run("push");
    phone.run("pref", "set", "b", "1");

    Ran late = phone.run("push");

    assertThat(late.code()).isEqualTo(12);
    assertThat(late.err()).contains("push again");
    assertThat(phone.run("push").out()).isEqualTo("Stored version 2.\n");
  }

  @Test
  void scriptsGetJson() {
    logBothIn();
    assertThat(laptop.run("pref", "set", "a", "{\"b\": 1}", "--as-json", "--json").out())
        .isEqualTo("{\"a\": {\"b\": 1}}\n");
    assertThat(laptop.run("sync", "--json").out())
        .isEqualTo("{\"sequence\": 1, \"pulled\": false, \"pushed\": true, \"conflicts\": []}\n");
    assertThat(laptop.run("status", "--json").out())
        .contains("\"unsyncedChanges\": false", "\"sequence\": 1");
    Ran failed = laptop.run("pref", "get", "nope", "--json");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.out())
        .isEqualTo(
            "{\"error\": {\"problem\": \"USAGE\", \"message\": \"There is no preference nope.\"}}\n");
  }

  @Test
  void thePasswordIsChangedAndTheOtherComputerLogsInAgain() throws IOException {
    logBothIn();
    laptop.run("pref", "set", "a", "1");
    Path newPassword = Files.writeString(home.resolve("new"), "password two\r\nsecond line\n");
    Ran tooEarly = laptop.run("password", "--new-password-file", newPassword.toString());
    assertThat(tooEarly.code()).isEqualTo(12);
    assertThat(tooEarly.err()).contains("Update remote wallet before changing password.");
    laptop.run("sync");

    assertThat(laptop.run("password", "--new-password-file", newPassword.toString()).code())
        .isZero();

    assertThat(laptop.run("sync").code()).isEqualTo(3);
    assertThat(laptop.run("sync", "--password-file", newPassword.toString()).code()).isZero();
    assertThat(phone.run("sync").code()).isEqualTo(3);
    assertThat(phone.run("login").code()).isEqualTo(3);
    assertThat(phone.run("login", "--password-file", newPassword.toString()).code()).isZero();
    assertThat(phone.run("sync", "--password-file", newPassword.toString()).code()).isZero();
    assertThat(phone.run("pref", "get", "a").out()).isEqualTo("\"1\"\n");
  }

  @Test
  void walletsAreExportedAndImported() throws IOException {
    logBothIn();
    laptop.run("pref", "set", "a", "1");
    String file = home.resolve("exported").toString();
    String encrypted = home.resolve("encrypted").toString();

    assertThat(laptop.run("export", file).code()).isZero();
    assertThat(laptop.run("export", "--encrypted", encrypted).code()).isZero();
    assertThat(laptop.run("export", file).code()).isEqualTo(2);
    assertThat(laptop.run("export").out()).isEqualTo(Files.readString(Path.of(file)));
    assertThat(Files.readString(Path.of(encrypted))).startsWith("czo4MTkyOjE2OjE6");

    Path mistyped = home.resolve("mistyped");
    Computer hasty = new Computer(home, "laptop", Map.of("WALLET_SYNC_PASSWORD", "passwort one"));
    assertThat(hasty.run("export", "--encrypted", mistyped.toString()).code()).isEqualTo(3);
    assertThat(mistyped).doesNotExist();

    assertThat(phone.run("import", file).code()).isZero();
    assertThat(phone.run("pref", "list").out()).isEqualTo("a = \"1\"\n");
    assertThat(phone.run("import", encrypted).code()).isZero();
    Files.writeString(Path.of(file), "{\"accounts\": 1}");
    assertThat(phone.run("import", file).code()).isEqualTo(8);
  }

  @Test
  void mistakesEndInOneLineAndACode() {
    assertThat(laptop.run("sync").err())
        .isEqualTo(
            "wallet-sync: There is no profile laptop yet. Begin with 'wallet-sync register' or"
                + " 'wallet-sync login'.\n");
    assertMistake(3, "sync");
    assertMistake(2, "nonsense");
    assertMistake(2, "sync", "--on-conflict", "nonsense");
    assertMistake(2, "register");
    assertMistake(2, "register", "--email", "joe", "--server", address());
    assertMistake(2, "register", "--email", email, "--server", "ftp://example.com");
    assertMistake(2, "register", "--email", email, "--server", "http://example.com");
    assertMistake(
        2, "register", "--email", email, "--server", address(), "--sdk", "http://192.0.2.1:5279");
    assertMistake(2, "register", "--email", email, "--server", address(), "--sdk", "nonsense");
    assertMistake(2, "login", "--email", email, "--server", address(), "--password-file", "/nope");
    assertMistake(3, "login", "--email", email, "--server", address());
    assertMistake(5, "login", "--email", email, "--server", "http://127.0.0.1:1");
    assertMistake(2, "sync", "--profile", "../x");
    Computer unasked = new Computer(home, "laptop", Map.of());
    logBothIn();
    assertThat(unasked.run("sync").err()).contains("WALLET_SYNC_PASSWORD");
    assertMistake(2, "sync", "--adopt-older", "--replace-unreadable");
    assertMistake(11, "register", "--email", email, "--server", address());
  }

  /** Java puts U+FFFD in the place of what it cannot read; nobody means that. */
  @Test
  void whatCouldNotBeReadInThisLocaleIsNoPasswordAndNoValue() throws IOException {
    logBothIn();
    assertMistake(2, "pref", "set", "a", "M\ufffd\ufffdller");
    assertThat(laptop.run("pref", "list").out()).isEqualTo("(no preferences)\n");
    Computer mangled =
        new Computer(home, "mangled", Map.of("WALLET_SYNC_PASSWORD", "p\ufffd\ufffdssword"));
    Ran refused = mangled.run("register", "--email", "x" + email, "--server", address());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("WALLET_SYNC_PASSWORD", "--password-file", "LC_ALL");
    Path file = Files.writeString(home.resolve("password"), "p\u00e4ssword\n");
    assertThat(
            mangled
                .run(
                    "register",
                    "--email",
                    "x" + email,
                    "--server",
                    address(),
                    "--password-file",
                    file.toString())
                .code())
        .isZero();
  }

  private void assertMistake(int code, String... arguments) {
    Ran ran = laptop.run(arguments);
    assertThat(ran.code()).as(ran.err()).isEqualTo(code);
    String last = ran.err().strip();
    last = last.substring(last.lastIndexOf('\n') + 1);
    assertThat(last).startsWith("wallet-sync: ").doesNotContain("Exception");
    assertThat(ran.err()).doesNotContain("\tat ").doesNotContain("password one");
  }

  @Test
  void helpTellsANewcomerWhereToBegin() {
    Ran help = laptop.run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).containsSubsequence("Commands:", "register", "login", "sync", "status");
    assertThat(help.out()).contains("Begin with 'register'", "Exit codes", "watch", "pref");
    assertThat(laptop.run("sync", "--help").out()).contains("--on-conflict");
    assertThat(laptop.run("generate-completion").out()).contains("complete", "wallet-sync");
  }
}
