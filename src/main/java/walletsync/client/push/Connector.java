package walletsync.client.push;

import java.time.Duration;
import java.util.Optional;
import walletsync.protocol.Secret;

/** Opens a websocket. */
interface Connector {
  /** Closed with this when the session has ended (RFC 6455: policy violation). */
  int SESSION_ENDED = 1008;

  /** What happens to a connection; any thread may tell, and after an end nothing more is told. */
  interface Events {
    void opened();

    /** Something came; the connection lives. */
    void heard();

    void message(String text);

    /** It was closed with this code, or broke (0). */
    void closed(int code);

    /** It was not opened: the status, and what the server asks to wait. */
    void refused(int status, Optional<Duration> retryAfter);
  }

  /** A connection, open or about to be. */
  interface Connection {
    /** Ends it; nothing more is told. */
    void close();
  }

  Connection connect(Secret token, Events events);
}
