package walletsync.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static walletsync.server.mail.Sending.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import walletsync.server.mail.MailRequest.Outcome;
import walletsync.support.Await;

/** What a provider that is slow can cost. */
class MailQueueTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Provider provider = new Provider();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void soManyAreOnTheirWayAndSoManyWaitAndTheRestFailsAtOnce() {
    MailQueue queue = queue(2, 3, LONG);
    List<Future<Void>> sent = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      sent.add(send(queue, "mail" + i));
    }

    var sixth = Sending.result(send(queue, "mail6"));

    assertThat(sixth.outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(provider.asked()).containsExactly("mail1", "mail2");
    assertThat(sent).noneMatch(Future::isComplete);
    for (int i = 0; i < 5; i++) {
      int number = i;
      Await.until("its turn comes", () -> provider.calls.size() > number);
      provider.calls.get(i).answer().complete();
      await(sent.get(i));
    }
    assertThat(provider.asked()).containsExactly("mail1", "mail2", "mail3", "mail4", "mail5");
  }

  @Test
  void whoWaitsInVainIsToldAndItsMailIsNeverSent() {
    MailQueue queue = queue(1, 1, SHORT);
    Future<Void> first = send(queue, "mail1");
    Future<Void> second = send(queue, "mail2");

    assertThat(Sending.result(first).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(Sending.result(second).outcome()).isEqualTo(Outcome.NOT_SENT);

    provider.calls.get(0).answer().complete();
    Await.until("a later one is sent", () -> isSent(queue, "mail3"));
    assertThat(provider.asked()).doesNotContain("mail2");
  }

  @Test
  void aMailKeepsItsPlaceUntilTheProviderLetsGoOfIt() {
    MailQueue queue = queue(1, 0, SHORT);

    assertThat(Sending.result(send(queue, "mail1")).outcome()).isEqualTo(Outcome.UNKNOWN);

    assertThat(Sending.result(send(queue, "mail2")).outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(provider.asked()).containsExactly("mail1");
  }

  @Test
  void aSenderThatThrowsTakesNoPlace() {
    MailQueue queue = queue(1, 0, LONG);

    for (int i = 0; i < 3; i++) {
      assertThat(Sending.result(send(queue, "throw")).outcome()).isEqualTo(Outcome.NOT_SENT);
    }
  }

  @Test
  void atTheEndNobodyIsLeftWaiting() {
    MailQueue queue = queue(1, 5, LONG);
    send(queue, "mail1");
    Future<Void> waits = send(queue, "mail2");

    await(onLoop(queue::close));

    assertThat(Sending.result(waits).outcome()).isEqualTo(Outcome.NOT_SENT);
    assertThat(provider.asked()).containsExactly("mail1");
  }

  private boolean isSent(MailQueue queue, String to) {
    Future<Void> sent = send(queue, to);
    Await.until(
        "it is answered",
        () -> {
          provider.calls.forEach(call -> call.answer().tryComplete());
          return sent.isComplete();
        });
    return sent.succeeded();
  }

  private MailQueue queue(int most, int mostWaiting, Duration patience) {
    return new MailQueue(vertx, provider, most, mostWaiting, patience);
  }

  private Future<Void> send(MailQueue queue, String to) {
    return onLoop(() -> queue.send(Sending.mailTo(to)));
  }

  private Future<Void> onLoop(Supplier<Future<Void>> work) {
    return Future.future(promise -> loop.runOnContext(on -> work.get().onComplete(promise)));
  }

  /** A mail that waits for its provider. */
  private record Call(String to, Promise<Void> answer) {}

  private final class Provider implements MailSender {
    final List<Call> calls = new CopyOnWriteArrayList<>();

    List<String> asked() {
      return calls.stream().map(Call::to).toList();
    }

    @Override
    public Future<Void> start() {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> send(Mail mail) {
      if (mail.to().equals("throw")) {
        throw MailException.notSent("no such place");
      }
      Call call = new Call(mail.to(), Promise.promise());
      calls.add(call);
      return Future.future(
          promise ->
              call.answer()
                  .future()
                  .onComplete(done -> loop.runOnContext(on -> promise.handle(done))));
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }
}
