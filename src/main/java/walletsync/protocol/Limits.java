package walletsync.protocol;

/** The numbers of the protocol that both sides must know. */
public final class Limits {
  /** The largest request body in bytes, unless the server is set otherwise. */
  public static final int BODY_BYTES = 100_000;

  /** The largest sequence: an unsigned number of 32 bits. */
  public static final long MAX_SEQUENCE = 4_294_967_295L;

  /** The shortest password, in UTF-8 bytes. */
  public static final int MIN_PASSWORD_BYTES = 8;

  /** The largest message that a client may send over its websocket, in bytes. */
  public static final int WEBSOCKET_MESSAGE_BYTES = 512;

  private Limits() {}
}
