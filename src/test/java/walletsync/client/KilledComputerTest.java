package walletsync.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import walletsync.support.TestServer;

/** {@code kill -9} at any moment: nothing that was set is lost, and no conflict comes of it. */
class KilledComputerTest {
  private static final String EMAIL = "killed@example.com";
  private static final int KILLS = 3;

  @RegisterExtension static final TestServer server = TestServer.allowAll();

  @Test
  void aKilledComputerGoesOnWhereItWas(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path profile = folder.resolve("laptop");
    ClientSettings settings = EditingComputer.settings(server.port());
    WalletSyncClient laptop = WalletSyncClient.open(EMAIL, "password one", profile, settings);
    laptop.register();
    laptop.getAuthToken();
    Random random = new Random(7);

    int lastSet = -1;
    for (int kill = 0; kill < KILLS; kill++) {
      lastSet = runAndKill(profile, lastSet + 1, 3 + random.nextInt(8));
    }

    SyncReport report = laptop.sync();
    assertThat(report.conflicts()).isEmpty();
    WalletSyncClient phone =
        WalletSyncClient.open(EMAIL, "password one", folder.resolve("phone"), settings);
    phone.getAuthToken();
    phone.sync();
    assertThat(phone.getPreferences()).isEqualTo(laptop.getPreferences());
    for (int edit = lastSet; edit > lastSet - EditingComputer.KEYS; edit--) {
      assertThat(number(phone, "key" + edit % EditingComputer.KEYS)).isGreaterThanOrEqualTo(edit);
    }
  }

  private static int number(WalletSyncClient client, String key) {
    return Objects.requireNonNull(client.getPreferences().get(key), key).asInt();
  }

  /** Lets it print so many lines; returns the last edit that it told of. */
  private static int runAndKill(Path profile, int firstEdit, int lines)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    EditingComputer.class.getName(),
                    EMAIL,
                    profile.toString(),
                    String.valueOf(server.port()),
                    String.valueOf(firstEdit)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int lastSet = firstEdit - 1;
    try (BufferedReader output = process.inputReader()) {
      for (int i = 0; i < 2 * lines; i++) {
        String line = output.readLine();
        assertThat(line).as("it edits").isNotNull();
        lastSet = line.startsWith("set ") ? Integer.parseInt(line.substring(4)) : lastSet;
      }
      // Not process.destroyForcibly(), which would close the stream before its end is read.
      assertThat(process.toHandle().destroyForcibly()).isTrue();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lastSet = line.matches("set \\d+") ? Integer.parseInt(line.substring(4)) : lastSet;
      }
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return lastSet;
  }
}
