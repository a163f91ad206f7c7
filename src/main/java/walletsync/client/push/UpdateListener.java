package walletsync.client.push;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import walletsync.client.api.Backoff;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.client.http.ServerAddress;

/**
 * Keeps a websocket to the server open and tells a {@link Follower} what it hears. A connection
 * that ends, or on which nothing is heard for 90 seconds, is replaced after a random delay whose
 * limit doubles with each failure, up to two minutes; what the server asks to wait comes on top.
 * When the session has ended, the follower signs in again.
 */
public final class UpdateListener implements AutoCloseable {
  /** The server pings every 25 seconds. */
  private static final Duration SILENCE = Duration.ofSeconds(90);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final Duration LONGEST_ASKED = Duration.ofHours(1);
  private static final int UNAUTHORIZED = 401;
  private static final Pattern UPDATE = Pattern.compile("wallet-update:(\\d{1,10})");

  private final Connector connector;
  private final Timer timer;
  private final Follower follower;
  private final RandomGenerator random;
  private int failures;
  private boolean closed;
  private Connector.@Nullable Connection connection;
  private Runnable cancelSilence = () -> {};

  UpdateListener(Connector connector, Timer timer, Follower follower, RandomGenerator random) {
    this.connector = connector;
    this.timer = timer;
    this.follower = follower;
    this.random = random;
  }

  /** Connects, and stays connected until closed. */
  public static UpdateListener start(
      ServerAddress server, Follower follower, RandomGenerator random) {
    UpdateListener listener =
        new UpdateListener(new JdkConnector(server), new ThreadTimer(), follower, random);
    listener.begin();
    return listener;
  }

  void begin() {
    timer.run(this::connect);
  }

  /** Closes the websocket for good. */
  @Override
  public void close() {
    timer.run(
        () -> {
          closed = true;
          drop();
          timer.close();
        });
  }

  private void connect() {
    if (closed) {
      return;
    }
    try {
      Attempt attempt = new Attempt();
      connection = connector.connect(follower.token(), attempt);
    } catch (RuntimeException e) {
      giveUpOrRetry(e);
    }
  }

  private void signInAgain() {
    drop();
    try {
      follower.signInAgain();
      // Not at once: a server that ends every session must not be asked without a pause.
      retry(Optional.empty());
    } catch (RuntimeException e) {
      giveUpOrRetry(e);
    }
  }

  /** What nobody foresaw may pass too; silence would look like a server without news. */
  private void giveUpOrRetry(RuntimeException e) {
    if (e instanceof ClientException known && known.problem() == Problem.SIGN_IN) {
      closed = true;
      drop();
      follower.gaveUp(known.getMessage());
    } else {
      retry(Optional.empty());
    }
  }

  private void retry(Optional<Duration> asked) {
    drop();
    failures++;
    Duration jitter = Backoff.fullJitter(failures, LONGEST_PAUSE, random);
    Duration delay =
        asked
            .map(least -> least.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : least)
            .map(jitter::plus)
            .orElse(jitter);
    follower.lost(delay);
    Runnable unused = timer.later(delay, this::connect);
  }

  private void drop() {
    cancelSilence.run();
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private void awaitSign(Attempt attempt) {
    cancelSilence.run();
    cancelSilence = timer.later(SILENCE, () -> attempt.closed(0));
  }

  /** One connection. What is told of it after its end is not listened to. */
  private final class Attempt implements Connector.Events {
    private boolean over;

    @Override
    public void opened() {
      whileCurrent(
          () -> {
            awaitSign(this);
            follower.connected();
          });
    }

    @Override
    public void heard() {
      whileCurrent(
          () -> {
            failures = 0;
            awaitSign(this);
          });
    }

    @Override
    public void message(String text) {
      Matcher update = UPDATE.matcher(text);
      if (update.matches()) {
        long sequence = Long.parseLong(update.group(1));
        whileCurrent(() -> follower.changed(sequence));
      }
    }

    @Override
    public void closed(int code) {
      end(
          () -> {
            if (code == Connector.SESSION_ENDED) {
              signInAgain();
            } else {
              retry(Optional.empty());
            }
          });
    }

    @Override
    public void refused(int status, Optional<Duration> retryAfter) {
      end(
          () -> {
            if (status == UNAUTHORIZED) {
              signInAgain();
            } else {
              retry(retryAfter);
            }
          });
    }

    private void end(Runnable then) {
      whileCurrent(
          () -> {
            over = true;
            then.run();
          });
    }

    private void whileCurrent(Runnable task) {
      timer.run(
          () -> {
            if (!over && !closed) {
              task.run();
            }
          });
    }
  }
}
