package walletsync.server.bus;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The event bus with types: a request record knows the type of its answer, and its class is its
 * address.
 *
 * <pre>{@code
 * bus.answer(FetchWallet.class, wallets::fetch);   // in a verticle
 * Future<Fetched> wallet = bus.ask(new FetchWallet(...)); // anywhere
 * }</pre>
 */
public final class Bus {
  /** Longer than the database's own timeouts, shorter than a client's patience. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  private final EventBus eventBus;
  private final DeliveryOptions options;

  /** The addresses of answerers by the event loop that they are on. */
  private final Map<Loop, String> nearby = new ConcurrentHashMap<>();

  private record Loop(Class<?> type, Thread thread) {}

  private Bus(EventBus eventBus, Duration timeout) {
    this.eventBus = eventBus;
    this.options =
        new DeliveryOptions()
            .setLocalOnly(true)
            .setCodecName(LocalCodec.NAME)
            .setSendTimeout(timeout.toMillis());
  }

  /** A message that is answered once, with an {@code R}. */
  public interface Request<R> {}

  /** A message to whoever listens. */
  public interface Event {}

  /** The bus of a Vert.x instance. Call this once for each; the codec can be registered once. */
  public static Bus on(Vertx vertx) {
    return on(vertx, ANSWER_TIMEOUT);
  }

  static Bus on(Vertx vertx, Duration timeout) {
    EventBus eventBus = vertx.eventBus();
    eventBus.registerCodec(new LocalCodec());
    // Replies carry no delivery options of ours: choose the codec by the type of the body.
    eventBus.codecSelector(body -> LocalCodec.NAME);
    return new Bus(eventBus, timeout);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @return fails with {@link RefusedException} for a refusal, with {@link AnswererFailedException}
   *     when the answerer broke, and with another {@link ReplyException} when nobody answered
   */
  @SuppressWarnings("unchecked") // answer() ties the type of the reply to the request's
  public <R> Future<R> ask(Request<R> request) {
    Class<?> type = request.getClass();
    String near = nearby.get(new Loop(type, Thread.currentThread()));
    return eventBus
        .request(near == null ? address(type) : near, request, options)
        .map(message -> (R) message.body());
  }

  /**
   * Answers every request of one type. Of several answerers the one on the asker's own event loop
   * is asked, so that no thread has to wake another; if there is none, each gets its turn.
   */
  public <R, Q extends Request<R>> Future<Void> answer(
      Class<Q> type, Function<Q, Future<R>> answerer) {
    Loop loop = new Loop(type, Thread.currentThread());
    String near = address(type) + "@" + loop.thread().getName();
    return Future.all(answer(address(type), type, answerer), answer(near, type, answerer))
        .onSuccess(listening -> nearby.put(loop, near))
        .mapEmpty();
  }

  private <R, Q extends Request<R>> Future<Void> answer(
      String address, Class<Q> type, Function<Q, Future<R>> answerer) {
    MessageConsumer<Q> consumer = eventBus.localConsumer(address);
    consumer.handler(
        message -> {
          Future<R> answer;
          try {
            answer = answerer.apply(message.body());
          } catch (RuntimeException e) {
            // A consumer that throws would leave its asker waiting for the whole timeout.
            answer = Future.failedFuture(e);
          }
          answer.onComplete(message::reply, failure -> fail(message, type, failure));
        });
    return consumer.completion();
  }

  /** Tells everybody who listens. */
  public void publish(Event event) {
    eventBus.publish(address(event.getClass()), event, options);
  }

  /** Hears every event of one type. */
  public <E extends Event> Future<Void> listen(Class<E> type, Handler<E> listener) {
    MessageConsumer<E> consumer = eventBus.localConsumer(address(type));
    consumer.handler(message -> listener.handle(message.body()));
    return consumer.completion();
  }

  private static void fail(Message<?> message, Class<?> type, Throwable failure) {
    message.reply(
        failure instanceof RefusedException refused
            ? refused
            : new AnswererFailedException(type.getSimpleName(), failure));
  }

  /** {@code wallet.SaveWallet}: the concern's package and the record. */
  private static String address(Class<?> type) {
    String name = type.getPackageName();
    return name.substring(name.lastIndexOf('.') + 1) + "." + type.getSimpleName();
  }
}
