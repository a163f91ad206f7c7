package walletsync.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import walletsync.server.bus.Bus;
import walletsync.server.metrics.RequestCounts;
import walletsync.server.metrics.RequestCounts.SocketError;
import walletsync.server.notify.AccountEvent;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;
import walletsync.server.settings.PushSettings;

/**
 * The open websockets of one event loop, by account. All of it runs on that event loop, so nothing
 * here is locked. Events make things fast; what makes them true is that each socket's session, with
 * its account's sequence, is read again: after it was opened, whenever events may have been missed,
 * and every so often.
 */
final class Sockets {
  /** Not all sockets are pinged at one moment: messages would have to wait for that. */
  private static final int PING_TURNS = 100;

  private final Vertx vertx;
  private final SessionReader sessions;
  private final RequestCounts counts;
  private final SocketLimits limits;
  private final PushSettings settings;
  private final Map<Long, Set<Socket>> byAccount = new HashMap<>();
  private final List<Set<Socket>> pingTurns =
      Stream.generate(() -> (Set<Socket>) new HashSet<Socket>()).limit(PING_TURNS).toList();
  private int pingTurn;
  private boolean stopping;

  Sockets(Vertx vertx, Bus bus, RequestCounts counts, SocketLimits limits, PushSettings settings) {
    this.vertx = vertx;
    this.sessions = new SessionReader(vertx, bus, this::all);
    this.counts = counts;
    this.limits = limits;
    this.settings = settings;
  }

  void start() {
    long ping = settings.rhythm().ping().toMillis() / PING_TURNS;
    vertx.setPeriodic(Math.max(1, ping), timer -> ping());
    // Event loops and processes take turns at the database, as they began at different moments.
    long reread = settings.rhythm().reread().toMillis();
    vertx.setPeriodic(ThreadLocalRandom.current().nextLong(reread), reread, timer -> rereadAll());
  }

  /** Keeps an open socket until it closes. */
  void opened(ServerWebSocket connection, Socket socket) {
    connection.closeHandler(closed -> remove(socket));
    connection.exceptionHandler(failure -> counts.error(SocketError.NOTIFY));
    // Vert.x would close it at once; ours are closed one by one.
    connection.shutdownHandler(shuttingDown -> {});
    // Listen first, look second: whatever happens in between is seen by one of the two.
    byAccount.computeIfAbsent(accountId(socket), id -> new HashSet<>(2)).add(socket);
    pingTurn(socket).add(socket);
    sessions.readNewcomer(socket);
    if (stopping) {
      drain(socket);
    }
  }

  void on(AccountEvent event) {
    long accountId = event.accountId();
    if (event instanceof WalletChanged changed) {
      each(accountId, socket -> socket.tell(changed.sequence()));
    } else if (event instanceof PasswordChanged changed) {
      each(
          accountId,
          socket -> {
            if (socket.session().epoch() < changed.epoch()) {
              socket.end("The password was changed");
            }
          });
    } else if (event instanceof SessionsRevoked) {
      sessions.read(List.copyOf(byAccount.getOrDefault(accountId, Set.of())));
    }
  }

  /** Reads every socket's session and sequence again, batch by batch. */
  void rereadAll() {
    sessions.readAll();
  }

  private void ping() {
    Instant now = Instant.now();
    List<Socket> expired = new ArrayList<>();
    pingTurn = (pingTurn + 1) % PING_TURNS;
    for (Socket socket : List.copyOf(pingTurns.get(pingTurn))) {
      if (!socket.ping()) {
        socket.abandon();
      } else if (!socket.session().expires().isAfter(now)) {
        expired.add(socket);
      }
    }
    sessions.read(expired);
  }

  /** Identity hash codes are random, so that every turn gets as many sockets as the others. */
  private Set<Socket> pingTurn(Socket socket) {
    return pingTurns.get(Math.floorMod(System.identityHashCode(socket), PING_TURNS));
  }

  /** The server stops: sockets are closed, and no others come in. */
  void stop() {
    stopping = true;
    all().forEach(this::drain);
  }

  boolean isStopping() {
    return stopping;
  }

  /** Each at a moment of its own, so that not all of them come back at once. */
  private void drain(Socket socket) {
    long millis = ThreadLocalRandom.current().nextLong(settings.drain().toMillis() + 1);
    vertx.setTimer(Math.max(1, millis), timer -> socket.goAway());
  }

  private void remove(Socket socket) {
    long accountId = accountId(socket);
    limits.leave(accountId);
    pingTurn(socket).remove(socket);
    Set<Socket> sockets = byAccount.get(accountId);
    if (sockets == null || !sockets.remove(socket)) {
      counts.error(SocketError.REMOVE);
    } else if (sockets.isEmpty()) {
      byAccount.remove(accountId);
    }
  }

  private void each(long accountId, Consumer<Socket> action) {
    // A copy, as a socket that is closed leaves the set.
    List.copyOf(byAccount.getOrDefault(accountId, Set.of())).forEach(action);
  }

  private List<Socket> all() {
    List<Socket> all = new ArrayList<>();
    byAccount.values().forEach(all::addAll);
    return all;
  }

  private static long accountId(Socket socket) {
    return socket.session().device().accountId();
  }
}
