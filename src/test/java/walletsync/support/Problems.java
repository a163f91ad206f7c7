package walletsync.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import walletsync.client.failure.ClientException;
import walletsync.client.failure.Problem;

/** What a client says when something goes wrong. */
public final class Problems {
  private Problems() {}

  /** Asserts that work ends in this kind of trouble; what it says can be asserted after. */
  public static AbstractThrowableAssert<?, ? extends Throwable> assertProblem(
      Problem problem, Runnable work) {
    return assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            ClientException.class,
            e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
  }
}
