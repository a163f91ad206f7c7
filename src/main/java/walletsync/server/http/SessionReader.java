package walletsync.server.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import walletsync.server.auth.AuthRequest.Device;
import walletsync.server.auth.AuthRequest.RefreshSessions;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.bus.Bus;

/**
 * Reads the sessions of websockets again, with the sequences of their accounts, and hands them what
 * is true. Many are read with one statement, and one batch after the other. For one event loop.
 */
final class SessionReader {
  private static final int BATCH = 500;

  private static final long RETRY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Supplier<List<Socket>> all;
  private final Queue<Socket> newcomers = new ArrayDeque<>();
  private boolean readingNewcomers;
  private boolean readingAll;
  private boolean readAllAgain;
  private boolean waiting;

  /**
   * @param all the sockets that are open
   */
  SessionReader(Vertx vertx, Bus bus, Supplier<List<Socket>> all) {
    this.vertx = vertx;
    this.bus = bus;
    this.all = all;
  }

  /** For a socket that was just opened. Those that come while others are read go together. */
  void readNewcomer(Socket socket) {
    newcomers.add(socket);
    readNewcomers();
  }

  private void readNewcomers() {
    if (readingNewcomers || newcomers.isEmpty()) {
      return;
    }
    readingNewcomers = true;
    List<Socket> batch =
        Stream.generate(newcomers::remove).limit(Math.min(BATCH, newcomers.size())).toList();
    readBatch(batch)
        .onFailure(failure -> batch.forEach(Socket::tryAgain))
        .onComplete(
            done -> {
              readingNewcomers = false;
              readNewcomers();
            });
  }

  /** For all sockets. Asked for while it is under way, it begins once more at the end. */
  void readAll() {
    if (readingAll) {
      readAllAgain = true;
      return;
    }
    readingAll = true;
    readFrom(all.get())
        .onComplete(
            done -> {
              readingAll = false;
              boolean again = readAllAgain;
              readAllAgain = false;
              if (done.failed()) {
                readAllSoon();
              } else if (again) {
                readAll();
              }
            });
  }

  /** For some sockets. */
  void read(List<Socket> sockets) {
    readFrom(sockets).onFailure(failure -> readAllSoon());
  }

  /** The database is away: what was missed meanwhile is read as soon as it is back. */
  private void readAllSoon() {
    if (!waiting) {
      waiting = true;
      vertx.setTimer(
          ThreadLocalRandom.current().nextLong(RETRY_MILLIS, 3 * RETRY_MILLIS),
          timer -> {
            waiting = false;
            readAll();
          });
    }
  }

  private Future<Void> readFrom(List<Socket> sockets) {
    if (sockets.isEmpty()) {
      return Future.succeededFuture();
    }
    int end = Math.min(BATCH, sockets.size());
    return readBatch(sockets.subList(0, end))
        .compose(done -> readFrom(sockets.subList(end, sockets.size())));
  }

  private Future<Void> readBatch(List<Socket> sockets) {
    List<Device> devices = sockets.stream().map(socket -> socket.session().device()).toList();
    return bus.ask(new RefreshSessions(devices))
        .map(
            sessions -> {
              Map<Device, Session> live =
                  sessions.stream()
                      .collect(Collectors.toMap(Session::device, s -> s, (one, same) -> same));
              sockets.forEach(socket -> refresh(socket, live.get(socket.session().device())));
              return null;
            });
  }

  private static void refresh(Socket socket, @Nullable Session now) {
    if (now == null) {
      socket.end("The session is over");
    } else if (now.epoch() != socket.session().epoch()) {
      socket.end("The password was changed");
    } else {
      socket.refreshed(now);
    }
  }
}
