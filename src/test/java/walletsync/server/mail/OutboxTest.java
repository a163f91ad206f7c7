package walletsync.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static walletsync.server.mail.Sending.await;
import static walletsync.server.mail.Sending.mailTo;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import walletsync.server.mail.MailRequest.Outcome;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.StartException;

/** Mails as files. */
class OutboxTest {
  private static Vertx vertx;

  @BeforeAll
  static void prepare() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    await(vertx.close());
  }

  @Test
  void theFolderIsMadeAtTheStartForItsOwnerAlone(@TempDir Path parent) throws IOException {
    Path folder = parent.resolve("new").resolve("outbox");
    Outbox outbox = outbox(folder);

    await(outbox.start());

    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(files(folder)).isEmpty();
    await(outbox.close());
  }

  @Test
  void aMailIsAFileForItsOwnerAlone(@TempDir Path folder) throws IOException {
    Outbox outbox = outbox(folder);
    await(outbox.start());

    assertThat(Sending.result(vertx, outbox, mailTo("用户@例子.中国")).outcome()).isEqualTo(Outcome.SENT);

    assertThat(files(folder))
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.toString()).endsWith(".eml");
              assertThat(permissions(file)).isEqualTo("rw-------");
              assertThat(Files.readString(file))
                  .contains(
                      "To: 用户@例子.中国", "Auto-Submitted: auto-generated", "multipart/alternative");
            });
    await(outbox.close());
  }

  @Test
  void aFolderThatCannotBeMadeStopsTheStart(@TempDir Path parent) throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "in the way");

    for (Path folder : List.of(file, file.resolve("outbox"))) {
      Outbox outbox = outbox(folder);

      assertThat(catchThrowable(() -> await(outbox.start())))
          .hasCauseInstanceOf(StartException.class)
          .hasMessageContaining("MAIL_OUTBOX")
          .hasMessageContaining(folder.toString());
      await(outbox.close());
    }
  }

  @Test
  void aFolderThatIsLostAndInTheWayFailsTheMailAndLeavesNothing(@TempDir Path parent)
      throws IOException {
    Path folder = parent.resolve("outbox");
    Outbox outbox = outbox(folder);
    await(outbox.start());
    Files.delete(folder);
    Files.writeString(folder, "in the way");

    var result = Sending.result(vertx, outbox, mailTo("joe@example.com"));

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(result.reason()).contains("outbox").doesNotContain("joe");
    Files.delete(folder);
    assertThat(Sending.result(vertx, outbox, mailTo("joe@example.com")).outcome())
        .isEqualTo(Outcome.SENT);
    assertThat(files(folder)).hasSize(1);
    await(outbox.close());
  }

  private static Outbox outbox(Path folder) {
    return new Outbox(
        vertx, new MailSettings.Outbox("wallet-sync@example.com", folder), "wallets.example.com");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
