package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.mail.mailencoder.MailEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import walletsync.server.settings.MailSettings;
import walletsync.server.settings.StartException;

/** Puts each mail as an {@code .eml} file (RFC 5322) into a folder, instead of sending it. */
final class Outbox implements MailSender {
  private final WorkerExecutor worker;
  private final Path folder;
  private final String host;

  /**
   * @param host this server's name
   */
  Outbox(Vertx vertx, MailSettings.Outbox settings, String host) {
    // A thread of its own: a disk that hangs takes none from the rest of the server.
    this.worker = vertx.createSharedWorkerExecutor("outbox", 1);
    this.folder = settings.folder();
    this.host = host;
  }

  @Override
  public Future<Void> start() {
    return worker
        .<Void>executeBlocking(
            () -> {
              createFolder();
              Files.delete(createFile("check-" + UUID.randomUUID() + ".tmp"));
              return null;
            },
            false)
        .recover(
            failure ->
                Future.failedFuture(
                    new StartException(
                        "Setting MAIL_OUTBOX names a folder that cannot be written: %s (%s)."
                            .formatted(folder, reason(failure)),
                        failure)));
  }

  @Override
  public Future<Void> send(Mail mail) {
    return worker
        .<Void>executeBlocking(
            () -> {
              write(mail);
              return null;
            },
            false)
        .recover(
            failure ->
                Future.failedFuture(
                    MailException.notSent("the outbox cannot be written: " + reason(failure))));
  }

  @Override
  public Future<Void> close() {
    return worker.close();
  }

  private void write(Mail mail) throws IOException {
    createFolder();
    String name = Instant.now().toEpochMilli() + "-" + UUID.randomUUID();
    // Whoever watches the folder must never see half a mail.
    Path unfinished = createFile(name + ".tmp");
    try {
      String message = new MailEncoder(mail.toMime(mail.to()), host).encode();
      Files.writeString(unfinished, message, StandardCharsets.UTF_8);
      Files.move(unfinished, folder.resolve(name + ".eml"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  /** The links in the mails are as good as passwords: nobody else is to read them. */
  private void createFolder() throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private Path createFile(String name) throws IOException {
    return Files.createFile(
        folder.resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** What a person can do something about, in as few words as there are. */
  private static @Nullable String reason(Throwable failure) {
    return failure instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : MailException.nameOf(failure);
  }
}
