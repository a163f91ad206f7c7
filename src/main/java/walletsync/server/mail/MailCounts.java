package walletsync.server.mail;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import walletsync.server.mail.MailRequest.Outcome;
import walletsync.server.metrics.Metrics;

/** How many mails came to which end. */
public final class MailCounts {
  private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

  /** Shows each outcome from the start: what never happened is 0, and not missing. */
  public MailCounts(Metrics metrics) {
    for (Outcome outcome : Outcome.values()) {
      counters.put(
          outcome,
          metrics.counter(
              "mails",
              "Mails by what became of them",
              "outcome",
              outcome.name().toLowerCase(Locale.ROOT)));
    }
  }

  void ended(Outcome outcome) {
    Objects.requireNonNull(counters.get(outcome)).increment();
  }
}
