package walletsync.client.push;

import java.time.Duration;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;

/** Whoever wants to hear of changes. Called by one thread, which must not be kept for long. */
public interface Follower {
  /**
   * The token to connect with.
   *
   * @throws ClientException with {@link Problem#SIGN_IN} if there is none
   */
  Secret token();

  /**
   * Gets a new token, since the session has ended.
   *
   * @throws ClientException with {@link Problem#SIGN_IN} to give up, with another kind to be asked
   *     again later
   */
  void signInAgain();

  /** The websocket is open. */
  void connected();

  /** The server has this version. */
  void changed(long sequence);

  /** The websocket is closed, and opened again after a while. */
  void lost(Duration retryIn);

  /** The websocket stays closed. */
  void gaveUp(String why);
}
