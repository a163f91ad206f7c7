package walletsync.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import walletsync.protocol.Refusal;
import walletsync.server.bus.RefusedException;
import walletsync.server.metrics.Metrics;

class BatcherTest {
  private static final String POISON = "poison";

  private final Metrics metrics = new Metrics();
  private final List<Sent> sent = new ArrayList<>();
  private final List<String> alone = new ArrayList<>();
  private final Promise<Void> recovery = Promise.promise();
  private Batcher<String, String> batcher = batcher(limits(3, 100, 1, 5));

  /** A statement that the test answers when it likes. */
  private record Sent(List<String> items, Promise<List<String>> promise) {
    void succeed() {
      promise.complete(items.stream().map(item -> item + "!").toList());
    }

    void fail(Throwable reason) {
      promise.fail(reason);
    }
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void whatComesFirstGoesAtOnceAndWhatArrivesMeanwhileGoesTogetherInItsOrder() {
    Future<String> a = batcher.submit("a");
    assertThat(sent).extracting(Sent::items).containsExactly(List.of("a"));
    Future<String> b = batcher.submit("b");
    Future<String> c = batcher.submit("c");
    assertThat(sent).hasSize(1);

    sent.get(0).succeed();
    assertThat(a.result()).isEqualTo("a!");
    assertThat(sent.get(1).items()).containsExactly("b", "c");
    assertThat(b.isComplete()).isFalse();

    sent.get(1).succeed();
    assertThat(b.result()).isEqualTo("b!");
    assertThat(c.result()).isEqualTo("c!");
    assertThat(batcher.submit("d").isComplete()).isFalse();
    assertThat(sent.get(2).items()).containsExactly("d");
  }

  @Test
  void aBatchHasSoManyItemsAtMost() {
    List.of("a", "b", "c", "d", "e").forEach(batcher::submit);
    sent.get(0).succeed();
    assertThat(sent.get(1).items()).containsExactly("b", "c", "d");
    sent.get(1).succeed();
    assertThat(sent.get(2).items()).containsExactly("e");
  }

  @Test
  void aBatchIsNoLargerThanItMayBeAndWhatIsLargerStillGoesAlone() {
    batcher = batcher(limits(10, 5, 1, 10));
    List.of("first", "ab", "abc", "c", "toolarge", "d", "e").forEach(batcher::submit);
    for (int i = 0; i < 4; i++) {
      sent.get(i).succeed();
    }
    assertThat(sent)
        .extracting(Sent::items)
        .containsExactly(
            List.of("first"),
            List.of("ab", "abc"),
            List.of("c"),
            List.of("toolarge"),
            List.of("d", "e"));
  }

  @Test
  void soManyStatementsAreUnderWayAtMost() {
    batcher = batcher(limits(10, 100, 2, 10));
    List.of("a", "b", "c", "d").forEach(batcher::submit);
    assertThat(sent).hasSize(2);
    sent.get(1).succeed();
    assertThat(sent.get(2).items()).containsExactly("c", "d");
  }

  @Test
  void tooManyThatWaitAreRefusedAndThoseThatWaitAreNot() {
    for (int i = 0; i < 6; i++) {
      assertThat(batcher.submit("item").isComplete()).isFalse();
    }
    assertThat(batcher.submit("one too many").cause())
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNAVAILABLE));
    sent.get(0).succeed();
    assertThat(batcher.submit("another").isComplete()).isFalse();
  }

  @Test
  void whatIsTooLargeToWaitIsRefused() {
    batcher = batcher(new BatchLimits(3, 100, 1, 50, 10, Duration.ofMinutes(1)));
    batcher.submit("first");
    Future<String> waits = batcher.submit("12345678");
    assertThat(batcher.submit("123").cause()).isInstanceOf(RefusedException.class);
    sent.get(0).succeed();
    assertThat(batcher.submit("123").isComplete()).isFalse();
    assertThat(waits.isComplete()).isFalse();
  }

  @Test
  void oneMayAlwaysWaitHoweverLargeItIs() {
    batcher = batcher(new BatchLimits(3, 100, 1, 50, 10, Duration.ofMinutes(1)));
    batcher.submit("first");
    assertThat(batcher.submit("far larger than ten").isComplete()).isFalse();
    assertThat(batcher.submit("x").cause()).isInstanceOf(RefusedException.class);
  }

  @Test
  void whatHasWaitedTooLongIsRefusedAndNeverSent() {
    batcher = batcher(new BatchLimits(3, 100, 1, 50, 100, Duration.ZERO.minusNanos(1)));
    Future<String> late = batcher.submit("late");
    assertThat(late.cause()).isInstanceOf(RefusedException.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void aStatementOfOneItemThatPostgresRefusesIsNotTriedAgain() {
    Future<String> a = batcher.submit("a");
    sent.get(0).fail(refusedByPostgres());
    assertThat(a.cause()).isInstanceOf(PgException.class);
    assertThat(alone).isEmpty();
  }

  @Test
  void whatNoItemHasCausedIsTriedAgainByNobody() {
    batcher.submit("first");
    Future<String> a = batcher.submit("a");
    Future<String> b = batcher.submit("b");
    sent.get(0).succeed();
    sent.get(1).fail(new PgException("disk full", "ERROR", "53100", ""));
    assertThat(a.cause()).isInstanceOf(PgException.class);
    assertThat(b.cause()).isInstanceOf(PgException.class);
    assertThat(alone).isEmpty();
  }

  @Test
  void ofAStatementThatPostgresRefusesEachItemIsTriedAloneAndOnlyTheBadOneFails() {
    batcher.submit("first");
    Future<String> good = batcher.submit("good");
    Future<String> bad = batcher.submit(POISON);
    Future<String> better = batcher.submit("better");
    sent.get(0).succeed();
    sent.get(1).fail(refusedByPostgres());

    assertThat(alone).containsExactly("good", POISON, "better");
    assertThat(good.result()).isEqualTo("good?");
    assertThat(better.result()).isEqualTo("better?");
    assertThat(bad.cause()).isInstanceOf(PgException.class);
  }

  @Test
  void whatComesWithTheEndOfAConnectionMayHaveBeenCommitted() {
    Future<String> a = batcher.submit("a");
    sent.get(0).fail(new PgException("terminating connection", "FATAL", "57P01", ""));
    assertThat(a.cause()).isInstanceOf(PgException.class);
    assertThat(alone).isEmpty();
  }

  @Test
  void whenNoAnswerComesExactlyThoseInTheStatementAreToldAndTheOthersGoOn() {
    batcher.submit("first");
    Future<String> a = batcher.submit("a");
    Future<String> b = batcher.submit("b");
    sent.get(0).succeed();
    Future<String> later = batcher.submit("later");
    sent.get(1).fail(new IOException("the connection is gone"));

    assertThat(a.cause()).isInstanceOf(IOException.class);
    assertThat(b.cause()).isInstanceOf(IOException.class);
    assertThat(alone).isEmpty();
    assertThat(sent).hasSize(2);
    recovery.complete();
    sent.get(2).succeed();
    assertThat(later.result()).isEqualTo("later!");
  }

  @Test
  void aStatementThatCannotEvenBeSentFailsAndTheNextGoesOn() {
    boolean[] broken = {true};
    Batcher<String, String> breaking =
        new Batcher<>(
            limits(3, 100, 1, 5),
            new BatchCounts("test", metrics),
            Runnable::run,
            Future::succeededFuture,
            String::length,
            items -> {
              if (broken[0]) {
                throw new IllegalStateException("broken");
              }
              return Future.succeededFuture(items);
            },
            Future::succeededFuture);
    assertThatThrownBy(() -> breaking.submit("a").await()).hasMessage("broken");
    broken[0] = false;
    assertThat(breaking.submit("b").result()).isEqualTo("b");
  }

  /** However arrivals, answers and failures mix: everything is answered once, and sent in order. */
  @Property(tries = 300)
  void everythingIsAnsweredOnceAndInOrder(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int underWay) {
    sent.clear();
    alone.clear();
    recovery.tryComplete();
    batcher = batcher(limits(4, 20, underWay, 50));
    Random random = new Random(seed);
    List<Future<String>> answers = new ArrayList<>();
    List<String> items = new ArrayList<>();
    int open = 0;
    for (int step = 0; step < 200; step++) {
      if (random.nextBoolean() && answers.size() < 50) {
        String item = step + "x".repeat(random.nextInt(8));
        items.add(item);
        answers.add(batcher.submit(item));
      } else if (open < sent.size()) {
        finish(sent.get(open++), random.nextInt(4));
      }
    }
    while (open < sent.size()) {
      finish(sent.get(open++), 0);
    }
    assertThat(sent.stream().flatMap(statement -> statement.items().stream())).isEqualTo(items);
    for (int i = 0; i < items.size(); i++) {
      assertThat(answers.get(i).isComplete()).isTrue();
      if (answers.get(i).succeeded()) {
        assertThat(answers.get(i).result()).startsWith(items.get(i));
      }
    }
  }

  private static BatchLimits limits(int items, int size, int underWay, int waiting) {
    return new BatchLimits(items, size, underWay, waiting, 1_000, Duration.ofMinutes(1));
  }

  private static void finish(Sent statement, int how) {
    switch (how) {
      case 1 -> statement.fail(refusedByPostgres());
      case 2 -> statement.fail(new IOException("gone"));
      default -> statement.succeed();
    }
  }

  private static PgException refusedByPostgres() {
    return new PgException("no", "ERROR", "22021", "");
  }

  private Batcher<String, String> batcher(BatchLimits limits) {
    return new Batcher<>(
        limits,
        new BatchCounts("test", metrics),
        Runnable::run,
        () -> recovery.future(),
        String::length,
        items -> {
          Promise<List<String>> promise = Promise.promise();
          sent.add(new Sent(items, promise));
          return promise.future();
        },
        item -> {
          alone.add(item);
          return item.equals(POISON)
              ? Future.failedFuture(refusedByPostgres())
              : Future.succeededFuture(item + "?");
        });
  }
}
