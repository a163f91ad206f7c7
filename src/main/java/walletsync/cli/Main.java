package walletsync.cli;

/** The process of the command line. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLineRun(Terminal.ofProcess()).execute(arguments));
  }
}
