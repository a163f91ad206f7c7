package walletsync.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import walletsync.client.WalletSyncClient;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.local.PrivateFiles;

/** Writes the local wallet down. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the local wallet, with its private keys, to a file or to standard output: as JSON,"
          + " or encrypted with the password as the SDK does."
    })
final class Export extends SubCommand implements Callable<Integer> {

  @Option(names = "--encrypted", description = "Encrypt it with the password.")
  private boolean encrypted;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "A file that does not exist.")
  private @Nullable Path file;

  @Override
  public Integer call() {
    Profile profile = run().profile();
    String password = encrypted || profile.hasSdk() ? run().password(isUnproven(profile)) : "";
    try (WalletSyncClient client = run().client(profile, password, OnConflict.NEWEST)) {
      write(encrypted ? client.exportEncryptedWallet() : client.exportWallet().fileText());
    }
    return 0;
  }

  /** Before the first login nothing tells whether the password is the one that was meant. */
  private boolean isUnproven(Profile profile) {
    try (WalletSyncClient client = run().passwordless(profile)) {
      return !client.knowsPassword();
    }
  }

  private void write(String text) {
    if (file == null) {
      run().print(text);
      return;
    }
    if (Files.exists(file)) {
      throw new ClientException(Problem.USAGE, file + " exists already.");
    }
    PrivateFiles.write(file, text + "\n");
    run().result(WalletSync.object().put("file", file.toString()), "Wrote " + file + ".");
  }
}
