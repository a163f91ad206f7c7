package walletsync.load;

import java.net.URI;

/** A server that somebody else runs; the accounts that the load makes there stay. */
record GivenServer(String url) implements Target {
  GivenServer {
    if (!url.matches("https?://[^/?#\\s]+")) {
      throw Refused.because("-Durl must look like http://127.0.0.1:8090");
    }
  }

  @Override
  public void start() {
    if (!Api.at(URI.create(url)).isAlive()) {
      throw Refused.because("no wallet-sync-server answers at " + url);
    }
  }

  @Override
  public boolean isUp() {
    return true;
  }

  @Override
  public void close() {}
}
