package walletsync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import walletsync.protocol.Wallet;
import walletsync.server.http.Api.ConflictAnswer;
import walletsync.server.http.Api.TicketAnswer;
import walletsync.server.http.Api.TokenAnswer;

/** What is read and answered over HTTP may end up in a log by mistake, and does not tell there. */
class AnswersRevealNothingTest {
  private static final String TOLD = "s3cr3t";

  static Stream<Record> records() {
    Wallet wallet = new Wallet(TOLD, 2, TOLD);
    return Stream.of(
        new TokenAnswer(TOLD, "laptop", "*", 1, "2026-01-01T00:00:00Z"),
        new TicketAnswer(TOLD, "2026-01-01T00:00:00Z"),
        ConflictAnswer.of("Conflict", Optional.of(wallet), true),
        Answer.wallet(200, wallet),
        Answer.json(200, new TicketAnswer(TOLD, "2026-01-01T00:00:00Z")),
        new Query("token=" + TOLD));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("records")
  void aRecordDoesNotPrintWhatItKeeps(Record it) {
    assertThat(it.toString()).startsWith(it.getClass().getSimpleName()).doesNotContain(TOLD);
  }
}
