package walletsync.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.PrivateFiles;
import walletsync.client.sdk.SdkWallet;
import walletsync.protocol.Secret;

/** Merges a wallet that was written down. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Merges an exported wallet into the local one, by timestamps and without deleting anything."
          + " 'sync' then brings it everywhere."
    })
final class Import extends SubCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "JSON, or a wallet encrypted with the password.")
  private @Nullable Path given;

  @Override
  public Integer call() {
    Path file = Objects.requireNonNull(given, "picocli demands it");
    Profile profile = run().profile();
    String text =
        PrivateFiles.read(file)
            .orElseThrow(() -> new ClientException(Problem.USAGE, "There is no " + file + "."))
            .strip();
    boolean encrypted = !text.startsWith("{");
    String password = encrypted || profile.hasSdk() ? run().password(false) : "";
    try (WalletSyncClient client = run().client(profile, password, OnConflict.NEWEST)) {
      client.importWallet(
          encrypted ? SdkWallet.unpack(text, Secret.of(password)) : SdkWallet.parse(text));
    }
    run()
        .result(
            WalletSync.object().put("imported", file.toString()),
            "Merged " + file + " into the local wallet.");
    return 0;
  }
}
