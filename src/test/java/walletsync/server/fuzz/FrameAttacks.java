package walletsync.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.support.RawWebSocket.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import walletsync.support.RawWebSocket;
import walletsync.support.RawWebSocket.Frame;

/** Websockets that are opened properly, and then spoken to in every other way. */
final class FrameAttacks {
  private static final byte[] HELLO = Attack.latin1("hello");

  private FrameAttacks() {}

  /**
   * Frames to send.
   *
   * @param complete whether each has all the bytes that it promises
   */
  record Frames(List<byte[]> bytes, boolean complete) {}

  static Frames next(Random random) {
    boolean complete = random.nextBoolean();
    List<byte[]> frames = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      frames.add(complete ? completeFrame(random) : incompleteFrame(random));
    }
    return new Frames(frames, complete);
  }

  private static byte[] incompleteFrame(Random random) {
    int type = random.nextInt(16);
    return switch (random.nextInt(4)) {
      case 0 ->
          frame(0x80 | type, HELLO, random.nextBoolean() ? random.nextLong() : 1L << 40, true);
      case 1 -> frame(0x80 | type, HELLO, random.nextInt(2_000), true);
      case 2 -> Mutation.noise(random, 1 + random.nextInt(400));
      default -> Attack.latin1("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    };
  }

  private static byte[] completeFrame(Random random) {
    int type = List.of(0, 1, 2, 8, 9, 10).get(random.nextInt(6));
    return switch (random.nextInt(8)) {
      case 0 -> frame(0x80 | type, HELLO, HELLO.length, false);
      case 1 -> frame(0x80 | (1 + random.nextInt(7)) << 4 | type, HELLO, HELLO.length, true);
      case 2 -> frame(0x80 | random.nextInt(16), HELLO, HELLO.length, true);
      case 3 -> frame(type, HELLO, HELLO.length, true); // not final
      case 4 -> {
        byte[] large = new byte[random.nextInt(2_000)];
        yield frame(0x80 | type, large, large.length, true);
      }
      case 5 -> frame(0x80 | type, Mutation.noise(random, 4), 4, true);
      case 6 -> {
        byte[] code = {(byte) random.nextInt(32), (byte) random.nextInt(256)};
        yield frame(0x88, code, code.length, true);
      }
      default -> frame(type, HELLO);
    };
  }

  /** The server either goes on, which a ping shows, or closes; and speaks properly meanwhile. */
  static void run(int port, Victim victim, Frames frames) {
    try (RawWebSocket socket = RawWebSocket.connect(port, victim.token())) {
      frames.bytes().forEach(socket::send);
      socket.send(RawWebSocket.PING, "still there?");
      if (!frames.complete()) {
        socket.endOutput(); // the ping may be taken for the rest of a frame
      }
      Optional<Frame> next = socket.next();
      while (next.isPresent() && !isLast(next.get())) {
        next = socket.next();
      }
    }
  }

  private static boolean isLast(Frame frame) {
    switch (frame.type()) {
      case RawWebSocket.TEXT -> assertThat(frame.payload()).matches("wallet-update:[1-9][0-9]*");
      case RawWebSocket.PING -> assertThat(frame.payload()).isEmpty();
      case RawWebSocket.PONG -> {
        return frame.payload().equals("still there?");
      }
      case RawWebSocket.CLOSE -> {
        return true;
      }
      default -> throw new AssertionError("Not a frame of this server: type " + frame.type());
    }
    return false;
  }
}
