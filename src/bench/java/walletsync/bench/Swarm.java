package walletsync.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import walletsync.bench.SwarmSocket.Progress;

/**
 * Ten thousand devices in one thread, so that the load costs little beside what it measures. A
 * socket that is refused or lost comes back by itself, after a random while that grows.
 */
final class Swarm implements Closeable {
  private static final long FIRST_DELAY_MILLIS = 250;
  private static final long LONGEST_DELAY_MILLIS = 2_000;

  private final Selector selector;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Retry> retries =
      new PriorityQueue<>(Comparator.comparingLong(Retry::nanos));
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
  private final List<SwarmSocket> sockets = new ArrayList<>();
  private final Map<String, Integer> endings = new TreeMap<>();
  private int open;
  private boolean running = true;

  private record Retry(SwarmSocket socket, long nanos) {}

  Swarm() throws IOException {
    selector = Selector.open();
    Thread thread = new Thread(this::run, "swarm");
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens one socket for each device of the accounts, device n at the nth of these ports. */
  void open(List<BenchAccount> accounts, List<Integer> ports) {
    ask(
        () -> {
          for (BenchAccount account : accounts) {
            for (int device = 0; device < account.devices(); device++) {
              SwarmSocket socket =
                  new SwarmSocket(account, device, ports.get(device % ports.size()));
              sockets.add(socket);
              connect(socket);
            }
          }
          return sockets.size();
        });
  }

  /** Waits until every socket is open; returns how long that took, from now. */
  Duration awaitAllOpen(Duration limit) throws InterruptedException {
    return await("all sockets are open", limit, () -> open == sockets.size());
  }

  /** Waits until every socket has heard of the newest sequence of its account. */
  Duration awaitAllCurrent(Duration limit) throws InterruptedException {
    return await(
        "all sockets are current",
        limit,
        () -> open == sockets.size() && sockets.stream().allMatch(Swarm::isCurrent));
  }

  /** Drops every connection at once, and comes back at once. */
  void dropAll() {
    ask(
        () -> {
          sockets.forEach(this::forget);
          // Closed channels give their file descriptors back with the next selection.
          sockets.forEach(socket -> retries.add(new Retry(socket, System.nanoTime())));
          return open;
        });
  }

  /** Why sockets ended since the last time, and how often. */
  Map<String, Integer> takeEndings() {
    return ask(
        () -> {
          Map<String, Integer> taken = Map.copyOf(endings);
          endings.clear();
          return taken;
        });
  }

  int countOpen() {
    return ask(() -> open);
  }

  /** All sockets; look at them in {@link #ask}, or when nothing moves. */
  Collection<SwarmSocket> sockets() {
    return sockets;
  }

  /** Looks at something in the thread of the sockets. */
  <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    selector.wakeup();
    return answer.join();
  }

  @Override
  public void close() {
    ask(
        () -> {
          sockets.forEach(this::forget);
          running = false;
          return open;
        });
  }

  private Duration await(String what, Duration limit, Supplier<Boolean> condition)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!ask(condition)) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new IllegalStateException(
            "Not so within %s: %s; %d of %d are open; %s"
                .formatted(limit, what, countOpen(), sockets.size(), takeEndings()));
      }
      Thread.sleep(5);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static boolean isCurrent(SwarmSocket socket) {
    return socket.newest() == socket.account().sequence();
  }

  private void run() {
    try (selector) {
      while (running) {
        selector.select(this::ready, retries.isEmpty() ? 1_000 : 10);
        long now = System.nanoTime();
        while (!retries.isEmpty() && retries.peek().nanos() <= now) {
          connect(retries.remove().socket());
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void ready(SelectionKey key) {
    SwarmSocket socket = (SwarmSocket) key.attachment();
    try {
      if (socket.ready(key, buffer) == Progress.OPENED) {
        open++;
      }
    } catch (IOException e) {
      ended(socket, e);
    }
  }

  private void connect(SwarmSocket socket) {
    try {
      socket.connect(selector);
    } catch (IOException e) {
      ended(socket, e);
    }
  }

  private void ended(SwarmSocket socket, IOException why) {
    endings.merge(String.valueOf(why.getMessage()), 1, Integer::sum);
    forget(socket);
    long most =
        Math.min(FIRST_DELAY_MILLIS << Math.min(socket.failures(), 5), LONGEST_DELAY_MILLIS);
    long millis = ThreadLocalRandom.current().nextLong(most + 1);
    retries.add(new Retry(socket, System.nanoTime() + 1_000_000 * millis));
  }

  private void forget(SwarmSocket socket) {
    if (socket.isOpen()) {
      open--;
    }
    socket.drop();
  }
}
