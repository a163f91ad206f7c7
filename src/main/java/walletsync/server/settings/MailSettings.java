package walletsync.server.settings;

import java.nio.file.Path;

/**
 * How verification mails are made and sent.
 *
 * @param from the sender's address
 * @param outbox the folder for mails as files
 */
public record MailSettings(String from, Path outbox) {}
