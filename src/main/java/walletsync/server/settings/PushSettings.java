package walletsync.server.settings;

import java.time.Duration;
import java.util.Set;

/**
 * How devices hear of changes.
 *
 * @param transport what carries events between processes
 * @param websocketsPerAccount how many websockets one account may have on this process
 * @param origins the origins whose pages may open websockets; empty for any
 * @param drain over how long a time the websockets are closed when the server stops
 */
public record PushSettings(
    PushTransport transport, int websocketsPerAccount, Set<String> origins, Duration drain) {}
