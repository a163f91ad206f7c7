package walletsync.cli;

import walletsync.client.sdk.CheapContainer;
import walletsync.support.CheapKeys;

/** The command line as a process, with keys that a test can pay. */
final class CheapMain {
  private CheapMain() {}

  public static void main(String[] arguments) {
    Terminal process = Terminal.ofProcess();
    System.exit(
        new CommandLineRun(
                new Terminal(
                    process.out(),
                    process.err(),
                    process.in(),
                    process.environment(),
                    CheapKeys.derivation(),
                    CheapContainer.packing()))
            .execute(arguments));
  }
}
