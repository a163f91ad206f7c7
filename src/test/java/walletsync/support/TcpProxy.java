package walletsync.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.Secret;
import walletsync.server.settings.DatabaseSettings.External;

/**
 * Stands between a server and its Postgres, and does to their connections what networks do: cuts
 * them, refuses new ones, or lets them be open and silent.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int REMEMBERED_BYTES = 1 << 20;

  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Queue<Link> allThatEverWere = new ConcurrentLinkedQueue<>();
  private final AtomicInteger held = new AtomicInteger();
  private volatile External target;
  private volatile boolean refusing;
  private final AtomicInteger silentToCome = new AtomicInteger();
  private volatile boolean holdingAnswers;
  private volatile @Nullable String heldBack;

  /** A proxy before a database. */
  public TcpProxy(External target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  /** The database, as one reaches it through this. */
  public External database() {
    External real = target;
    return new External(
        listener.getInetAddress().getHostAddress(),
        listener.getLocalPort(),
        real.database(),
        real.user(),
        Secret.of(real.password().reveal()),
        "disable",
        real.sslRootCert());
  }

  /** How many connections there are just now. */
  public int openConnections() {
    return links.size();
  }

  /** From now on new connections lead to another place. */
  public void leadTo(External other) {
    target = other;
  }

  /** Cuts every connection, and accepts no more until {@link #mend}. */
  public void cut() {
    refusing = true;
    links.forEach(Link::close);
  }

  /** Cuts the connections on which a client has said this so far. */
  public int cutThoseThatSaid(String text) {
    List<Link> cut = links.stream().filter(link -> link.hasSaid(text)).toList();
    cut.forEach(Link::close);
    return cut.size();
  }

  /** The next connections that are made will be accepted, but nothing passes through them, ever. */
  public void silenceNext(int count) {
    held.set(0);
    silentToCome.set(count);
  }

  /** Nothing more passes through the connections on which a client has said this so far. */
  public int silenceThoseThatSaid(String text) {
    List<Link> dead = links.stream().filter(link -> link.hasSaid(text)).toList();
    dead.forEach(link -> link.frozen = true);
    return dead.size();
  }

  /** How many connections there have been so far on which a client has said this. */
  public long countOfThoseThatSaid(String text) {
    return allThatEverWere.stream().filter(link -> link.hasSaid(text)).count();
  }

  /** From now on a client that says this is not heard any more, this included. */
  public void holdBack(String text) {
    held.set(0);
    heldBack = text;
  }

  /** Lets questions pass, and keeps the answers until {@link #releaseAnswers}. */
  public void holdAnswers() {
    held.set(0);
    holdingAnswers = true;
  }

  /** Waits until something is held, by {@link #holdBack}, {@link #holdAnswers} or silence. */
  public void awaitHeld() {
    Await.until("the proxy holds something", () -> held.get() > 0);
  }

  public void releaseAnswers() {
    holdingAnswers = false;
  }

  /** New connections work again. Those that fell silent remain so: nobody will answer there. */
  public void mend() {
    refusing = false;
    heldBack = null;
  }

  @Override
  public void close() {
    try (listener) {
      cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          client.close();
        } else {
          link(client);
        }
      } catch (IOException e) {
        // closed, or the database is away: the client's connection was closed
      }
    }
  }

  private void link(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(target.host(), target.port());
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    Link link = new Link(client, server, silentToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0);
    links.add(link);
    allThatEverWere.add(link);
    daemon(() -> link.pass(client, server, true));
    daemon(() -> link.pass(server, client, false));
    if (refusing) {
      link.close(); // it came while all others were cut
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** One connection, and its continuation to the database. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private volatile boolean frozen;

    Link(Socket client, Socket server, boolean frozen) {
      this.client = client;
      this.server = server;
      this.frozen = frozen;
    }

    void pass(Socket from, Socket to, boolean fromClient) {
      byte[] buffer = new byte[16 * 1024];
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (fromClient) {
            heard(buffer, n);
          }
          holdUp(from, to, fromClient);
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // the other end of the link closes with this one
      } finally {
        links.remove(this);
      }
    }

    private void holdUp(Socket from, Socket to, boolean fromClient) {
      boolean counted = false;
      while ((frozen || (holdingAnswers && !fromClient)) && !from.isClosed() && !to.isClosed()) {
        if (!counted) {
          held.incrementAndGet();
          counted = true;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }

    private void heard(byte[] bytes, int count) {
      String text = heldBack;
      if (text != null && new String(bytes, 0, count, StandardCharsets.ISO_8859_1).contains(text)) {
        frozen = true;
      }
      synchronized (said) {
        if (said.size() < REMEMBERED_BYTES) {
          said.write(bytes, 0, count);
        }
      }
    }

    boolean hasSaid(String text) {
      synchronized (said) {
        return said.toString(StandardCharsets.ISO_8859_1).contains(text);
      }
    }

    void close() {
      try (client;
          server) {
        links.remove(this);
      } catch (IOException e) {
        // it is closed
      }
    }
  }
}
