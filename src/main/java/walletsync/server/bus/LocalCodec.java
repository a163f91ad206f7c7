package walletsync.server.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Hands a message to another verticle of the same process as the object that it is. That is safe
 * because only immutable records travel. On a wire it refuses, so that clustering by accident is
 * loud.
 */
final class LocalCodec implements MessageCodec<Object, Object> {
  static final String NAME = "local";

  @Override
  public void encodeToWire(Buffer buffer, Object message) {
    throw new IllegalStateException(message.getClass().getSimpleName() + " is for this process");
  }

  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    throw new IllegalStateException("Messages of this bus are for one process");
  }

  @Override
  public Object transform(Object message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
