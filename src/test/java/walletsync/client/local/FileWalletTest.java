package walletsync.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.sdk.PythonJson;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;
import walletsync.support.Await;

class FileWalletTest {
  private static final Secret ANY = Secret.of("");
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1655345162, 999), ZoneOffset.UTC);

  @Test
  void theFileIsTheSdksOwn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("w");
    FileWallet wallet = new FileWallet(file, CLOCK);
    wallet.create();
    wallet.set("car", PythonJson.parse("\"Audi\""));
    wallet.set("animal", PythonJson.parse("\"é\""));

    assertThat(Files.readString(file))
        .isEqualTo(
            """
            {
                "accounts": [],
                "name": "My Wallet",
                "preferences": {
                    "animal": {
                        "ts": 1655345162,
                        "value": "\\u00e9"
                    },
                    "car": {
                        "ts": 1655345162,
                        "value": "Audi"
                    }
                },
                "version": 1
            }""");
  }

  @Test
  void aChangeIsAlwaysLaterThanWhatItReplacesEvenIfTheClockIsBehind(@TempDir Path folder) {
    FileWallet wallet = new FileWallet(folder.resolve("w"), CLOCK);
    wallet.create();
    wallet.set("a", PythonJson.parse("1"));
    wallet.set("a", PythonJson.parse("2"));
    assertThat(wallet.read(ANY).json()).contains("\"ts\": 1655345163, \"value\": 2");
  }

  @Test
  void anEditThatComesBetweenReadingAndReplacingIsKept(@TempDir Path folder) {
    FileWallet wallet = new FileWallet(folder.resolve("w"), CLOCK);
    wallet.create();
    SdkWallet read = wallet.read(ANY);
    wallet.set("a", PythonJson.parse("1"));

    Optional<SdkWallet> replaced = wallet.replace(read, SdkWallet.empty(), ANY);

    assertThat(replaced).isEmpty();
    assertThat(wallet.preferences()).hasToString("{a=1}");
  }

  @Test
  void editsOfManyThreadsAllGetIn(@TempDir Path folder) {
    Path file = folder.resolve("w");
    new FileWallet(file, CLOCK).create();
    List<CompletableFuture<Object>> edits =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    Await.<Object>begin(
                        () ->
                            new FileWallet(file, CLOCK)
                                .set("k" + i, PythonJson.parse(String.valueOf(i)))))
            .toList();
    edits.forEach(Await::answer);
    assertThat(new FileWallet(file, CLOCK).preferences()).hasSize(20);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("w", "w.lock");
  }

  @Test
  void aMissingWalletIsSaidToBe(@TempDir Path folder) {
    assertThatThrownBy(() -> new FileWallet(folder.resolve("w"), CLOCK).preferences())
        .isInstanceOfSatisfying(
            ClientException.class, e -> assertThat(e.problem()).isEqualTo(Problem.LOCAL));
  }

  @Test
  void aFolderThatCannotBeMadeIsSaidToBe(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> PrivateFiles.write(file.resolve("x"), ""))
        .isInstanceOf(ClientException.class);
    assertThatThrownBy(() -> FileMutex.holding(file.resolve("x"), Duration.ofMillis(1), () -> 1))
        .isInstanceOf(ClientException.class);
  }
}
