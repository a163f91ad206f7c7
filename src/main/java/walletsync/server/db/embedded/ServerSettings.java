package walletsync.server.db.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How Postgres is set. On the command line, where nothing overrules it: neither {@code
 * postgresql.conf} nor {@code ALTER SYSTEM} can make an existing folder less safe.
 */
final class ServerSettings {
  private ServerSettings() {}

  /** As {@code name=value}. The values go through a shell, so none may need quotes. */
  static List<String> of(EmbeddedPostgres.Options options, int port) {
    List<String> settings = new ArrayList<>();

    // Who can reach it: this machine, by TCP, with a password that never crosses the wire.
    settings.add("listen_addresses=" + EmbeddedPostgres.HOST);
    settings.add("port=" + port);
    settings.add("unix_socket_directories=");
    settings.add("password_encryption=scram-sha-256");

    // Committed means on the disk.
    String durable = options.durable() ? "on" : "off";
    settings.add("fsync=" + durable);
    settings.add("full_page_writes=" + durable);
    settings.add("synchronous_commit=" + durable);
    if (options.durable() && isMac()) {
      // The default there leaves the last writes in the drive's own cache.
      settings.add("wal_sync_method=fsync_writethrough");
    }

    // Modest: it shares the machine with the server, and the data is small.
    settings.add("max_connections=" + options.maxConnections());
    settings.add("shared_buffers=" + (options.durable() ? "128MB" : "32MB"));
    settings.add("jit=off"); // Never pays for queries of a few rows.

    // The log: errors without statements and values, which may be personal; no chatter of the
    // checkpointer, since the file is only rotated at a start; the same clock everywhere.
    settings.add("logging_collector=off");
    settings.add("log_destination=stderr");
    settings.add("log_min_error_statement=panic");
    settings.add("log_error_verbosity=terse");
    settings.add("log_checkpoints=off");
    settings.add("log_timezone=UTC");
    settings.add("timezone=UTC");
    return settings;
  }

  private static boolean isMac() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
  }
}
