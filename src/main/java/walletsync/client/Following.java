package walletsync.client;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import walletsync.client.api.Backoff;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.push.Follower;
import walletsync.protocol.Secret;

/**
 * Syncs when the server tells of a change. While one sync runs, at most one more waits: it will see
 * whatever happened until then.
 */
final class Following implements Follower, AutoCloseable {
  private static final int TRIES = 8;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final WalletSyncClient client;
  private final ClientSettings settings;
  private final AtomicLong newest = new AtomicLong();
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          work -> {
            Thread thread = new Thread(work, "wallet-sync-follower");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.DiscardPolicy());

  private volatile boolean listening = true;

  Following(WalletSyncClient client, ClientSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public Secret token() {
    return client.token();
  }

  @Override
  public void signInAgain() {
    say("The session has ended. Logging in again.");
    client.getAuthToken();
  }

  @Override
  public void connected() {
    say("Listening for changes");
  }

  @Override
  public void changed(long sequence) {
    newest.accumulateAndGet(sequence, Math::max);
    worker.execute(this::sync);
  }

  @Override
  public void lost(Duration retryIn) {
    say("Lost the server, trying again in " + retryIn.toSeconds() + " s");
  }

  @Override
  public void gaveUp(String why) {
    listening = false;
    say("Stopped listening: " + why);
  }

  boolean isListening() {
    return listening;
  }

  @Override
  public void close() {
    listening = false;
    worker.shutdown();
  }

  private void sync() {
    for (int attempt = 1; listening; attempt++) {
      try {
        if (client.getWalletState().sequence() >= newest.get()) {
          return;
        }
        say("Heard of wallet state " + newest.get());
        SyncReport report = client.sync();
        say("Now at wallet state " + report.sequence());
        return;
      } catch (ClientException e) {
        say(e.getMessage());
        boolean passing = e.problem() == Problem.UNREACHABLE || e.problem() == Problem.BUSY;
        if (!passing || attempt == TRIES) {
          return;
        }
        settings.pause().pause(Backoff.fullJitter(attempt, LONGEST_PAUSE, settings.random()));
      }
    }
  }

  private void say(String message) {
    settings.messages().accept(message);
  }
}
