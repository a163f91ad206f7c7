package walletsync.server.notify;

import io.vertx.core.Future;
import java.util.function.Consumer;

/**
 * Carries short texts to every process that shares the database. Texts may be lost: then {@code
 * gap} is called, and the processes read what they missed. So any broadcast will do: Postgres
 * today, Redis or NATS if one day that is too slow.
 */
public interface Transport {

  /**
   * Begins to receive, and goes on through lost connections until it is closed.
   *
   * @param receiver hears each text, those of this process included
   * @param gap called whenever texts may have been missed, and at the start
   */
  Future<Void> start(Consumer<String> receiver, Runnable gap);

  /** The longest text, in bytes. */
  int maxBytes();

  /** Sends to every process. Fails, within seconds, when that is not known to have worked. */
  Future<Void> send(String text);

  /** Drops the receiving connection and makes another, as this one seems to be dead. */
  void reconnect();

  Future<Void> close();
}
