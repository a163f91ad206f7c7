package walletsync.load;

import java.io.Closeable;

/** The server that the load goes to. */
interface Target extends Closeable {

  /** The given server ({@code -Durl}), or else a process of our own, not started yet. */
  static Target choose() {
    String url = System.getProperty("url", "");
    return url.isBlank() ? new OwnServer() : new GivenServer(url.replaceAll("/+$", ""));
  }

  /** Where it is: scheme, host and port. */
  String url();

  /** Makes sure that it serves. */
  void start();

  /** Whether it is there, as far as we know. */
  boolean isUp();

  /** Stops what was started here, and leaves nothing behind. */
  @Override
  void close();
}
