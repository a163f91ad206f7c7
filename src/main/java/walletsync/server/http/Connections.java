package walletsync.server.http;

import io.micrometer.core.instrument.Counter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import walletsync.server.metrics.Metrics;
import walletsync.server.settings.EdgeSettings;

/**
 * Looks after the connections of a process: how many there are, who may open one, and how long one
 * may take to say what it wants. Shared by all event loops, thread-safe.
 */
public final class Connections {
  private static final String DEADLINE = "header-deadline";
  private static final String REQUEST_BOUNDS = "request-bounds";
  private static final String HTTP_DECODER = "httpDecoder";

  private final EdgeSettings settings;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong certificateExpires = new AtomicLong();
  private final Counter refused;

  /** A quarter of the heap; the rest is for what becomes of the bodies, and for everything else. */
  private final BodyBudget bodies = new BodyBudget(Runtime.getRuntime().maxMemory() / 4);

  public Connections(EdgeSettings settings, Metrics metrics) {
    this.settings = settings;
    metrics.gauge("connections", "Open connections", open::get);
    metrics.gauge("connections.max", "Where connections are refused", settings::maxConnections);
    metrics.gauge(
        "certificate.expires.seconds",
        "When the certificate in use ends, in seconds since 1970; 0 without TLS",
        certificateExpires::get);
    metrics.gauge("bodies.bytes", "Bytes of request bodies that are held", bodies::held);
    refused = metrics.counter("connections.refused", "Connections that were closed at once");
  }

  /** Until when the certificate in use is good. */
  void certificateExpires(Instant when) {
    certificateExpires.set(when.getEpochSecond());
  }

  BodyBudget bodies() {
    return bodies;
  }

  /** For each new connection, on its event loop. */
  void opened(HttpConnection connection) {
    Channel channel = ((ConnectionBase) connection).channel();
    int now = open.incrementAndGet();
    // Of the channel: the connection's own handler is not called once it became a websocket.
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    if (now > settings.maxConnections() || !mayConnect(channel)) {
      refused.increment();
      hangUp(channel);
      return;
    }
    // Behind TLS, so that it sees requests and not handshakes.
    HeaderDeadline deadline = new HeaderDeadline(settings.headerTimeout());
    channel.pipeline().addBefore(HTTP_DECODER, DEADLINE, deadline);
    channel.pipeline().addAfter(HTTP_DECODER, REQUEST_BOUNDS, deadline.bounds());
  }

  /** The connection became a websocket: there are no more headers to come. */
  static void upgraded(Channel channel) {
    if (channel.pipeline().get(DEADLINE) != null) {
      channel.pipeline().remove(DEADLINE);
      channel.pipeline().remove(REQUEST_BOUNDS);
    }
  }

  /** Whoever speaks the PROXY protocol tells us addresses: that is for trusted proxies alone. */
  private boolean mayConnect(Channel channel) {
    if (!settings.proxyProtocol()) {
      return true;
    }
    String peer =
        channel.remoteAddress() instanceof InetSocketAddress address
            ? address.getAddress().getHostAddress()
            : "";
    return settings.trustedProxies().stream().anyMatch(range -> range.contains(peer));
  }

  /** From the first handler on, as Vert.x's own would send a closing frame, and wait. */
  @SuppressWarnings("FutureReturnValueIgnored")
  static void hangUp(Channel channel) {
    @Nullable ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first != null) {
      first.close();
    }
  }
}
