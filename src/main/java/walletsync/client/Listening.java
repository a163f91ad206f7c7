package walletsync.client;

import org.jspecify.annotations.Nullable;
import walletsync.client.push.UpdateListener;

/** Whether this device listens to the server, and the websocket with which it does. */
final class Listening implements AutoCloseable {
  private final WalletSyncClient client;
  private final ClientSettings settings;
  private @Nullable Open open;

  Listening(WalletSyncClient client, ClientSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  private record Open(UpdateListener listener, Following following) {}

  synchronized void start() {
    if (open != null && !open.following().isListening()) {
      close(); // It gave up; perhaps somebody logged in since.
    }
    if (open == null) {
      Following following = new Following(client, settings);
      open =
          new Open(
              UpdateListener.start(settings.server(), following, settings.random()), following);
    }
  }

  /** False once the session cannot be renewed, too. */
  synchronized boolean isOn() {
    return open != null && open.following().isListening();
  }

  @Override
  public synchronized void close() {
    if (open != null) {
      open.listener().close();
      open.following().close();
      open = null;
    }
  }
}
