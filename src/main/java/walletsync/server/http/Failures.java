package walletsync.server.http;

import io.micrometer.core.instrument.Counter;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import walletsync.protocol.InvalidRequestException;
import walletsync.protocol.Refusal;
import walletsync.server.bus.AnswererFailedException;
import walletsync.server.bus.RefusedException;
import walletsync.server.metrics.Metrics;

/**
 * The one place where a failure becomes an answer. A refusal is an ordinary answer. A database or a
 * verticle that cannot be reached in time is 503; everything else is 500, without a detail. These
 * two are logged, without the content of the request.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  /**
   * Classes of SQLSTATE that speak of the database's state rather than of the statement:
   * connection, login and name (both may change under a running server), transaction rollback,
   * resources, prerequisites (locks), intervention, system.
   */
  private static final Set<String> OUTAGE_CLASSES =
      Set.of("08", "28", "3D", "40", "53", "55", "57", "58");

  /** States whose class says less: a standby or old primary, and a transaction that stood still. */
  private static final Set<String> OUTAGE_STATES = Set.of("25006", "25P03");

  /** While the database is away every request fails alike. */
  private final Seldom outages = new Seldom(Duration.ofSeconds(5));

  /** There from the start: of a series that begins with its first error, no rise can be seen. */
  private final Counter internalErrors;

  Failures(Metrics metrics) {
    internalErrors =
        metrics.counter("internal.errors", "Requests that failed in a way that should not happen");
  }

  /**
   * @param requestId names the request in the log
   */
  Answer answer(Throwable failure, String requestId) {
    if (failure instanceof InvalidRequestException invalid) {
      return Answer.refusal(invalid.refusal(), invalid.error());
    }
    if (failure instanceof RefusedException refused) {
      return Answer.refusal(refused.refusal());
    }
    boolean answererFailed = failure instanceof AnswererFailedException;
    Throwable cause = answererFailed ? failure.getCause() : failure;
    String request = answererFailed ? failure.getMessage() : "Request";
    if ((failure instanceof ReplyException && !answererFailed) || isOutage(cause)) {
      outages.warn(
          LOG, "%s could not be answered: %s".formatted(request, describe(cause)), requestId);
      return Answer.refusal(Refusal.UNAVAILABLE);
    }
    internalErrors.increment();
    // An exception of the database may quote what was to be stored.
    LOG.atError()
        .setCause(isDatabase(cause) ? null : cause)
        .addKeyValue("request", requestId)
        .log("{} failed: {}", request, describe(cause));
    return Answer.refusal(Refusal.INTERNAL);
  }

  private static boolean isOutage(@Nullable Throwable cause) {
    if (cause instanceof DatabaseException database) {
      String state = String.valueOf(database.getSqlState());
      return OUTAGE_STATES.contains(state)
          || OUTAGE_CLASSES.contains(state.substring(0, Math.min(2, state.length())));
    }
    return cause instanceof IOException
        || cause instanceof TimeoutException
        || cause instanceof VertxException;
  }

  private static boolean isDatabase(@Nullable Throwable cause) {
    return cause instanceof DatabaseException;
  }

  private static String describe(@Nullable Throwable cause) {
    return cause instanceof DatabaseException database
        ? "SQLSTATE " + database.getSqlState()
        // The message of a library may quote what it was given.
        : cause == null ? "nothing said" : cause.getClass().getSimpleName();
  }
}
