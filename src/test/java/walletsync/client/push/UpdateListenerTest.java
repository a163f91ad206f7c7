package walletsync.client.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;
import walletsync.protocol.Secret;

/** When the listener connects again, in a time of the test's own. */
class UpdateListenerTest {
  private final List<String> told = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private final List<Connector.Events> attempts = new ArrayList<>();
  private @Nullable RuntimeException signInFails;
  private int closed;
  private boolean noToken;

  /** Always the longest delay, so that limits can be seen. */
  private final RandomGenerator longest =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return 0;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  private final UpdateListener listener =
      new UpdateListener(
          (token, events) -> {
            attempts.add(events);
            return () -> closed++;
          },
          new TestTimer(),
          new TestFollower(),
          longest);

  @Test
  void whatTheServerTellsIsPassedOn() {
    Connector.Events connection = connected();
    connection.message("wallet-update:7");
    connection.message("nonsense");
    connection.message("wallet-update:99999999999");
    assertThat(told).containsExactly("connected", "changed 7");
  }

  @Test
  void delaysDoubleUpToTwoMinutes() {
    listener.begin();
    for (int i = 0; i < 10; i++) {
      last().closed(0);
      elapse();
    }
    assertThat(told)
        .containsExactly(
            "lost 1",
            "lost 2",
            "lost 4",
            "lost 8",
            "lost 16",
            "lost 32",
            "lost 64",
            "lost 120",
            "lost 120",
            "lost 120");
  }

  @Test
  void aConnectionThatLivesBeginsAnewWithShortDelays() {
    listener.begin();
    last().closed(0);
    elapse();
    last().closed(0);
    elapse();
    last().opened();
    last().heard();
    last().closed(1001);
    assertThat(told).endsWith("connected", "lost 1");
  }

  @Test
  void whatTheServerAsksToWaitComesOnTop() {
    listener.begin();
    last().refused(503, Optional.of(Duration.ofSeconds(30)));
    assertThat(told).containsExactly("lost 31");
    elapse();
    last().refused(429, Optional.of(Duration.ofDays(30)));
    assertThat(told).last().isEqualTo("lost 3602");
  }

  @Test
  void whenTheSessionHasEndedItSignsInAgain() {
    connected().closed(1008);
    assertThat(told).containsExactly("connected", "sign in", "lost 1");
    elapse();
    last().refused(401, Optional.empty());
    assertThat(told).endsWith("sign in", "lost 2");
  }

  @Test
  void whereSigningInIsRefusedItGivesUp() {
    signInFails = new ClientException(Problem.SIGN_IN, "No.");
    connected().closed(1008);
    assertThat(told).containsExactly("connected", "sign in", "gave up: No.");
    assertThat(tasks).allMatch(task -> task.cancelled);
  }

  @Test
  void whereSigningInIsNotPossibleJustNowItTriesAgain() {
    signInFails = new ClientException(Problem.UNREACHABLE, "Later.");
    connected().closed(1008);
    assertThat(told).containsExactly("connected", "sign in", "lost 1");
  }

  @Test
  void withoutATokenItGivesUp() {
    noToken = true;
    listener.begin();
    assertThat(told).containsExactly("gave up: None.");
    assertThat(attempts).isEmpty();
  }

  @Test
  void aSilentConnectionIsReplaced() {
    connected();
    elapse(); // the ninety seconds of silence
    assertThat(told).containsExactly("connected", "lost 1");
    assertThat(closed).isEqualTo(1);
  }

  @Test
  void anEndedConnectionIsNotListenedToAnyMore() {
    Connector.Events old = connected();
    old.closed(0);
    old.message("wallet-update:7");
    old.closed(1008);
    old.refused(401, Optional.empty());
    assertThat(told).containsExactly("connected", "lost 1");
  }

  @Test
  void closedForGoodItStaysClosed() {
    Connector.Events connection = connected();
    listener.close();
    connection.message("wallet-update:7");
    connection.closed(0);
    assertThat(told).containsExactly("connected");
    assertThat(closed).isEqualTo(1);
    assertThat(tasks).allMatch(task -> task.cancelled);
  }

  private Connector.Events connected() {
    listener.begin();
    last().opened();
    return last();
  }

  private Connector.Events last() {
    return attempts.get(attempts.size() - 1);
  }

  /** The next delay passes. */
  private void elapse() {
    Task due = tasks.stream().filter(task -> !task.cancelled).findFirst().orElseThrow();
    due.cancelled = true;
    due.work.run();
  }

  private static final class Task {
    private final Runnable work;
    private boolean cancelled;

    Task(Runnable work) {
      this.work = work;
    }
  }

  private final class TestTimer implements Timer {
    @Override
    public void run(Runnable task) {
      task.run();
    }

    @Override
    public Runnable later(Duration delay, Runnable work) {
      Task task = new Task(work);
      tasks.add(task);
      return () -> task.cancelled = true;
    }

    @Override
    public void close() {
      tasks.forEach(task -> task.cancelled = true);
    }
  }

  @Test
  void whatNobodyForesawIsTriedAgainToo() {
    signInFails = new IllegalStateException("A defect.");
    connected().closed(Connector.SESSION_ENDED);
    assertThat(told).containsExactly("connected", "sign in", "lost 1");
    elapse();
    assertThat(attempts).hasSize(2);
  }

  private final class TestFollower implements Follower {
    @Override
    public Secret token() {
      if (noToken) {
        throw new ClientException(Problem.SIGN_IN, "None.");
      }
      return Secret.of("token");
    }

    @Override
    public void signInAgain() {
      told.add("sign in");
      if (signInFails != null) {
        throw Objects.requireNonNull(signInFails);
      }
    }

    @Override
    public void connected() {
      told.add("connected");
    }

    @Override
    public void changed(long sequence) {
      told.add("changed " + sequence);
    }

    @Override
    public void lost(Duration retryIn) {
      told.add("lost " + retryIn.toSeconds());
    }

    @Override
    public void gaveUp(String why) {
      told.add("gave up: " + why);
    }
  }
}
