package walletsync.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import walletsync.protocol.Refusal;

/**
 * Closes a connection whose request line and headers do not arrive within a time of their first
 * byte. An idle timeout alone can be fooled with a byte now and then. Requests that arrive in one
 * piece, as nearly all do, cost no timer.
 */
final class HeaderDeadline extends ChannelInboundHandlerAdapter {
  private final long nanos;
  private boolean waiting = true;
  private boolean begun;
  private @Nullable Future<?> timer;

  HeaderDeadline(Duration deadline) {
    nanos = deadline.toNanos();
  }

  /** What belongs behind the decoder: it sees where requests begin and end. */
  ChannelInboundHandlerAdapter bounds() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
          waiting = false; // what comes now is its body
          stop();
        }
        if (message instanceof LastHttpContent) {
          waiting = true; // the next byte is one of another request
        }
        context.fireChannelRead(message);
      }
    };
  }

  private void stop() {
    begun = false;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    begun |= waiting;
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (begun && waiting && timer == null) {
      timer = context.executor().schedule(() -> expired(context), nanos, TimeUnit.NANOSECONDS);
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
  }

  private void expired(ChannelHandlerContext context) {
    Answer answer = Answer.refusal(Refusal.REQUEST_TOO_SLOW);
    String head =
        "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(answer.status(), Refusal.REQUEST_TOO_SLOW.error(), answer.body().length());
    context
        .writeAndFlush(Unpooled.copiedBuffer(head + answer.body(), StandardCharsets.UTF_8))
        .addListener(ChannelFutureListener.CLOSE);
  }
}
