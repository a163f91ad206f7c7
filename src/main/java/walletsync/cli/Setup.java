package walletsync.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** Where account, server and wallet of a profile are told. */
final class Setup {
  @Option(
      names = "--email",
      paramLabel = "ADDRESS",
      description = "The account. Upper and lower case count: type it the same everywhere.")
  private @Nullable String email;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "The server, for example https://wallets.example.com.")
  private @Nullable String server;

  @Option(
      names = "--plain-http",
      description = "Allow http without TLS to another machine: everybody on the way can listen.")
  private boolean plainHttp;

  @Option(
      names = "--sdk",
      arity = "0..1",
      fallbackValue = "http://localhost:5279",
      paramLabel = "URL",
      description = "Use the wallet of a running LBRY SDK instead of a file (${FALLBACK-VALUE}).")
  private @Nullable String sdk;

  @Option(
      names = "--wallet-id",
      paramLabel = "ID",
      description = "The SDK's wallet; its default one if not given.")
  private @Nullable String walletId;

  /** What was told now, and for the rest what was told before. */
  Profile over(Profile before) {
    Profile profile =
        new Profile(
            email == null ? before.email() : email,
            server == null ? before.server() : server,
            server == null ? before.plainHttp() : plainHttp,
            sdk == null ? before.sdk() : sdk,
            walletId == null ? before.walletId() : walletId);
    if (profile.email().isEmpty() || profile.server().isEmpty()) {
      throw new ClientException(
          Problem.USAGE, "The first time, give --email and --server. (See --help.)");
    }
    return profile;
  }
}
