package walletsync.server;

import java.nio.file.Path;
import java.util.Optional;
import walletsync.server.settings.DatabaseSettings;
import walletsync.server.settings.Settings;

/**
 * The lines that a start ends with: where the server listens, where data lives, who may sign up.
 */
final class Greeting {
  private Greeting() {}

  static String of(
      Settings settings, int port, Optional<Integer> managementPort, Optional<Path> conf) {
    return """
    wallet-sync-server listens on %s://%s:%d
    %s  Data      %s
      Sign-up   %s
      Settings  %s; conf/server.properties lists them all
      Stop      Ctrl-C
    """
        .formatted(
            settings.edge().tls().isPresent() ? "https" : "http",
            host(settings.edge().bindAddress()),
            port,
            managementPort.map(it -> "  Health    and metrics on port " + it + "\n").orElse(""),
            data(settings),
            signUp(settings),
            source(conf));
  }

  private static String host(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private static String data(Settings settings) {
    if (settings.database() instanceof DatabaseSettings.External external) {
      return "in the Postgres at "
          + (external.host() + ":" + external.port() + "/" + external.database());
    }
    Path folder = ((DatabaseSettings.Embedded) settings.database()).dataDir();
    return "in " + folder.toAbsolutePath().normalize() + ", in an embedded Postgres (DATA_DIR)";
  }

  private static String signUp(Settings settings) {
    return switch (settings.signUpMode()) {
      case ALLOW_ALL -> "anybody who can reach it; ACCOUNT_VERIFICATION_MODE changes that";
      case EMAIL_VERIFY ->
          "anybody who opens the link in a mail; ACCOUNT_VERIFICATION_MODE changes" + " that";
      case WHITELIST ->
          (settings.whitelist().isEmpty()
                  ? "nobody"
                  : "the addresses of the whitelist (" + settings.whitelist().size() + ")")
              + "; ACCOUNT_WHITELIST and ACCOUNT_VERIFICATION_MODE change that";
    };
  }

  private static String source(Optional<Path> conf) {
    return conf.map(file -> file + " and environment variables").orElse("environment variables");
  }
}
