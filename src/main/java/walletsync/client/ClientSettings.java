package walletsync.client;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import walletsync.client.api.Pause;
import walletsync.client.http.ServerAddress;
import walletsync.client.keys.KeyDerivation;
import walletsync.client.merge.ConflictResolver;
import walletsync.client.sdk.Packing;

/**
 * How a client works. Begin with {@link #forServer}; the {@code with} methods change one thing
 * each.
 *
 * @param server where the server is
 * @param messages gets what the client tells its person, a line at a time
 * @param conflicts decides between two changes of one preference
 * @param keys derives the keys
 * @param packing encrypts wallets
 * @param clock tells the time of changed preferences
 * @param pause waits where the server asks to come back later
 * @param random spreads the waits
 * @param patience how long to wait for another client that is using the same profile
 */
public record ClientSettings(
    ServerAddress server,
    Consumer<String> messages,
    ConflictResolver conflicts,
    KeyDerivation keys,
    Packing packing,
    Clock clock,
    Pause pause,
    RandomGenerator random,
    Duration patience) {

  /** Silent, resolving conflicts as the SDK does. */
  public static ClientSettings forServer(ServerAddress server) {
    return new ClientSettings(
        server,
        message -> {},
        ConflictResolver.newest(),
        KeyDerivation.standard(),
        Packing.sdk(),
        Clock.systemUTC(),
        Pause.sleeping(),
        new SecureRandom(),
        Duration.ofSeconds(30));
  }

  /** The same, telling somebody what happens. */
  public ClientSettings withMessages(Consumer<String> changed) {
    return new ClientSettings(
        server, changed, conflicts, keys, packing, clock, pause, random, patience);
  }

  /** The same with another way to resolve conflicts. */
  public ClientSettings withConflicts(ConflictResolver changed) {
    return new ClientSettings(
        server, messages, changed, keys, packing, clock, pause, random, patience);
  }

  /** The same with another derivation of keys; see {@link KeyDerivation}. */
  public ClientSettings withKeys(KeyDerivation changed) {
    return new ClientSettings(
        server, messages, conflicts, changed, packing, clock, pause, random, patience);
  }

  /** The same with another way to encrypt wallets; see {@link Packing}. */
  public ClientSettings withPacking(Packing changed) {
    return new ClientSettings(
        server, messages, conflicts, keys, changed, clock, pause, random, patience);
  }

  /** The same with another clock. */
  public ClientSettings withClock(Clock changed) {
    return new ClientSettings(
        server, messages, conflicts, keys, packing, changed, pause, random, patience);
  }

  /** The same with another way to wait. */
  public ClientSettings withPause(Pause changed) {
    return new ClientSettings(
        server, messages, conflicts, keys, packing, clock, changed, random, patience);
  }
}
