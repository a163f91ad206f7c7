package walletsync.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParentCommand;

/** A command of {@code wallet-sync}, which has the options that all of them share. */
abstract class SubCommand {
  @ParentCommand private @Nullable WalletSync parent;

  /** This run of the program. */
  final WalletSync run() {
    return Objects.requireNonNull(parent, "picocli sets it before any command runs");
  }
}
