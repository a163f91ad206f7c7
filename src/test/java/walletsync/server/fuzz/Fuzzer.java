package walletsync.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import walletsync.server.fuzz.Attack.Then;
import walletsync.support.RawConnection;
import walletsync.support.RawConnection.Answer;

/**
 * One client that attacks, on one connection for as long as the server keeps it. After each attack
 * it asks something good, named by a number of its own: an answer to anything else shows that the
 * two sides disagree about where a request ends.
 */
public final class Fuzzer implements AutoCloseable {
  private static final int FRAMES_PERCENT = 3;

  /** A way to attack, and how often it is chosen. */
  private record Kind(String name, int weight, Attack.Generator generator) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("broken JSON", 14, BodyAttacks::brokenJson),
          new Kind("broken UTF-8", 6, BodyAttacks::brokenUtf8),
          new Kind("other encodings", 2, BodyAttacks::otherEncodings),
          new Kind("wrong types", 8, BodyAttacks::wrongTypes),
          new Kind("huge numbers", 4, BodyAttacks::hugeNumbers),
          new Kind("deep nesting", 4, BodyAttacks::deepNesting),
          new Kind("NUL", 4, BodyAttacks::nulCharacters),
          new Kind("lone surrogates", 4, BodyAttacks::loneSurrogates),
          new Kind("long names and values", 3, BodyAttacks::longNamesAndValues),
          new Kind("many members", 2, BodyAttacks::manyMembers),
          new Kind("not an object", 4, BodyAttacks::notAnObject),
          new Kind("too large", 1, BodyAttacks::tooLarge),
          new Kind("slow body", 1, BodyAttacks::slowBody),
          new Kind("many headers", 2, HeadAttacks::manyHeaders),
          new Kind("long headers", 3, HeadAttacks::longHeaders),
          new Kind("bad header characters", 6, HeadAttacks::badHeaderCharacters),
          new Kind("authorizations", 6, HeadAttacks::authorizations),
          new Kind("conditions", 5, HeadAttacks::conditions),
          new Kind("upgrades", 6, HeadAttacks::upgrades),
          new Kind("long request lines", 3, HeadAttacks::longRequestLines),
          new Kind("methods", 3, HeadAttacks::methods),
          new Kind("HEAD", 1, HeadAttacks::heads),
          new Kind("paths", 8, HeadAttacks::paths),
          new Kind("queries", 7, HeadAttacks::queries),
          new Kind("salt seed queries", 4, HeadAttacks::saltSeedQueries),
          new Kind("HTTP/1.0", 1, HeadAttacks::oldVersions),
          new Kind("unknown versions", 1, HeadAttacks::unknownVersions),
          new Kind("bad content lengths", 4, FramingAttacks::badContentLengths),
          new Kind("too much promised", 1, FramingAttacks::tooMuchPromised),
          new Kind("bad transfer encodings", 3, FramingAttacks::badTransferEncodings),
          new Kind("good chunks", 3, FramingAttacks::goodChunks),
          new Kind("broken chunks", 3, FramingAttacks::brokenChunks),
          new Kind("expectations", 2, FramingAttacks::expectations),
          new Kind("GET with a body", 2, FramingAttacks::getsWithBodies),
          new Kind("pipelines", 5, FramingAttacks::pipelines),
          new Kind("pipelines with a bad one", 2, FramingAttacks::pipelinesWithABadOne),
          new Kind("truncated", 3, FramingAttacks::truncated),
          new Kind("half closed", 2, FramingAttacks::halfClosed),
          new Kind("noise", 2, FramingAttacks::noise));

  private static final int ALL_WEIGHTS = KINDS.stream().mapToInt(Kind::weight).sum();

  private final int port;
  private final long seed;
  private final Victim victim;
  private Optional<RawConnection> connection = Optional.empty();

  public Fuzzer(int port, long seed, Victim victim) {
    this.port = port;
    this.seed = seed;
    this.victim = victim;
  }

  /** The attack of this number; seed and number make it, so that it can be made again. */
  public void attack(int number) {
    Random random = new Random(seed * 31 + number);
    random.nextInt(); // of similar seeds the first numbers are similar
    if (random.nextInt(100) < FRAMES_PERCENT) {
      attackWithFrames(number, random);
      return;
    }
    Kind kind = kind(random);
    Attack attack = kind.generator().next(random, victim);
    try {
      run(attack, number);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "%s\n-Dfuzz.seed=%d, number %d, %s: %s"
              .formatted(e.getMessage(), seed, number, kind.name(), attack),
          e);
    }
  }

  private void attackWithFrames(int number, Random random) {
    FrameAttacks.Frames frames = FrameAttacks.next(random);
    try {
      FrameAttacks.run(port, victim, frames);
    } catch (AssertionError | RuntimeException e) {
      Attack attack = new Attack(frames.bytes(), List.of(), Then.GOES_ON_OR_ENDS, false);
      throw new AssertionError(
          "%s\n-Dfuzz.seed=%d, number %d, frames: %s"
              .formatted(e.getMessage(), seed, number, attack),
          e);
    }
  }

  private static Kind kind(Random random) {
    int at = random.nextInt(ALL_WEIGHTS);
    for (Kind kind : KINDS) {
      at -= kind.weight();
      if (at < 0) {
        return kind;
      }
    }
    throw new IllegalStateException();
  }

  private void run(Attack attack, int number) {
    RawConnection http = connection.orElseGet(() -> RawConnection.connect(port));
    connection = Optional.empty();
    for (int i = 0; i < attack.pieces().size(); i++) {
      if (i > 0) {
        LockSupport.parkNanos(300_000); // so that they arrive one by one
      }
      http.send(attack.pieces().get(i));
    }
    switch (attack.then()) {
      case CLIENT_LEAVES -> {
        attack.answers().forEach(expected -> answer(http, attack, expected));
        http.close();
      }
      case CLIENT_STOPS -> {
        http.endOutput();
        http.next(false).ifPresent(answer -> AnswerRules.check(answer, false));
        while (http.next(false).isPresent()) {
          // until the server closes, too
        }
        http.close();
      }
      case ENDS -> {
        attack.answers().forEach(expected -> answer(http, attack, expected));
        http.expectClosed();
        http.close();
      }
      case GOES_ON, GOES_ON_OR_ENDS -> {
        boolean closes = false;
        for (String expected : attack.answers()) {
          closes = answer(http, attack, expected).closes();
        }
        if (closes) {
          http.expectClosed();
          http.close();
        } else if (askSomethingGood(http, number, attack.then() == Then.GOES_ON)) {
          connection = Optional.of(http);
        }
      }
    }
  }

  private static Answer answer(RawConnection http, Attack attack, String expected) {
    Answer answer = attack.head() ? http.answerToHead() : http.answer();
    AnswerRules.check(answer, attack.head());
    assertThat(answer.body()).contains(expected);
    return answer;
  }

  /** Whether the connection can still be used. */
  private boolean askSomethingGood(RawConnection http, int number, boolean must) {
    String name = "attack-" + number;
    http.send(Attack.postBytes("/api/3/auth/full", "", Attack.latin1("{\"" + name + "\":true}")));
    Optional<Answer> answer = http.next(false);
    if (answer.isEmpty() && !must) {
      return false;
    }
    assertThat(answer).as("the answer to a good request behind it").isPresent();
    assertThat(answer.get().status() + " " + answer.get().body())
        .as("the answer to a good request behind it")
        .isEqualTo("400 {\"error\":\"Bad Request: json: unknown field \\\"" + name + "\\\"\"}");
    return true;
  }

  @Override
  public void close() {
    connection.ifPresent(RawConnection::close);
  }
}
