package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.mailencoder.MailEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.UUID;

/** Puts each mail as an {@code .eml} file (RFC 5322) into a folder, instead of sending it. */
final class Outbox {
  private final Vertx vertx;
  private final Path folder;
  private final String host;

  Outbox(Vertx vertx, Path folder, String host) {
    this.vertx = vertx;
    this.folder = folder;
    this.host = host;
  }

  Future<Void> send(MailMessage mail) {
    return vertx.executeBlocking(
        () -> {
          write(mail);
          return null;
        },
        false);
  }

  private void write(MailMessage mail) throws IOException {
    createFolder();
    String name = Instant.now().toEpochMilli() + "-" + UUID.randomUUID();
    // Whoever watches the folder must never see half a mail.
    Path unfinished = folder.resolve(name + ".tmp");
    Files.writeString(unfinished, new MailEncoder(mail, host).encode(), StandardCharsets.UTF_8);
    Files.move(unfinished, folder.resolve(name + ".eml"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The links in the mails are as good as passwords: nobody else is to read them. */
  private void createFolder() throws IOException {
    Files.createDirectories(folder.toAbsolutePath().getParent());
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }
}
