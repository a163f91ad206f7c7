package walletsync.server.settings;

import java.time.Duration;
import java.util.Set;

/**
 * How devices hear of changes.
 *
 * @param transport what carries events between processes
 * @param websocketsPerAccount how many websockets one account may have on this process
 * @param origins the origins whose pages may open websockets, and use the rest of the API; empty
 *     where those of any may open websockets, and of none use the rest
 * @param drain over how long a time the websockets are closed when the server stops
 * @param rhythm how often it is looked whether all is well
 */
public record PushSettings(
    PushTransport transport,
    int websocketsPerAccount,
    Set<String> origins,
    Duration drain,
    Rhythm rhythm) {

  /** With the usual rhythm. */
  public PushSettings(
      PushTransport transport, int websocketsPerAccount, Set<String> origins, Duration drain) {
    this(transport, websocketsPerAccount, origins, drain, Rhythm.USUAL);
  }

  /**
   * How often it is looked at what no event tells of. Not for operators: tests are impatient.
   *
   * @param ping between two pings of a websocket; a peer that answers neither is gone
   * @param reread between two readings of the sessions and sequences of all websockets
   * @param heartbeat between two texts of a process that has nothing to say, to see that it hears
   */
  public record Rhythm(Duration ping, Duration reread, Duration heartbeat) {
    /** The re-reading can be put off by a system property, for tests of what heals without it. */
    public static final Rhythm USUAL =
        new Rhythm(
            Duration.ofSeconds(25),
            Duration.ofSeconds(Long.getLong("walletsync.reread.seconds", 45)),
            Duration.ofSeconds(15));
  }
}
