package walletsync.server.mail;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Limits what a provider that is slow or down can cost: so many mails on their way at a time, so
 * many more that wait for that, and so long a time for each of them. Whatever is beyond fails at
 * once. For use on one event loop.
 */
final class MailQueue {
  private final Vertx vertx;
  private final MailSender sender;
  private final int most;
  private final int mostWaiting;
  private final Duration patience;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private int onTheWay;

  private record Entry(Mail mail, Promise<Void> answer) {}

  /**
   * @param most how many mails are on their way at a time
   * @param mostWaiting how many more may wait
   * @param patience how long whoever asks for a mail waits at most
   */
  MailQueue(Vertx vertx, MailSender sender, int most, int mostWaiting, Duration patience) {
    this.vertx = vertx;
    this.sender = sender;
    this.most = most;
    this.mostWaiting = mostWaiting;
    this.patience = patience;
  }

  /** Sends a mail; fails with {@link MailException}. */
  Future<Void> send(Mail mail) {
    if (onTheWay >= most && waiting.size() >= mostWaiting) {
      return Future.failedFuture(MailException.notSent("too many mails wait already"));
    }
    Entry entry = new Entry(mail, Promise.promise());
    waiting.add(entry);
    long timer = vertx.setTimer(patience.toMillis(), id -> giveUp(entry));
    sendNext();
    return entry.answer().future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Whoever still waits is told that the mail was not sent. */
  Future<Void> close() {
    for (Entry entry : List.copyOf(waiting)) {
      entry.answer().tryFail(MailException.notSent("the server stops"));
    }
    waiting.clear();
    return sender.close();
  }

  private void giveUp(Entry entry) {
    entry
        .answer()
        .tryFail(
            waiting.remove(entry)
                ? MailException.notSent("others took too long")
                : MailException.unknown("no answer within " + patience.toMillis() + " ms"));
  }

  private void sendNext() {
    while (onTheWay < most && !waiting.isEmpty()) {
      Entry entry = waiting.remove();
      onTheWay++;
      // A mail that nobody waits for any more keeps its place until the provider lets go of it.
      Future.succeededFuture()
          .compose(begun -> sender.send(entry.mail()))
          .onComplete(
              sent -> {
                onTheWay--;
                if (sent.succeeded()) {
                  entry.answer().tryComplete();
                } else {
                  entry.answer().tryFail(sent.cause());
                }
                sendNext();
              });
    }
  }
}
