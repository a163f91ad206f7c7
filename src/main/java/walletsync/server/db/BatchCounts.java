package walletsync.server.db;

import java.util.concurrent.atomic.LongAdder;
import walletsync.server.metrics.Metrics;

/** How well statements are filled, for one kind of them. Thread-safe: all event loops share one. */
public final class BatchCounts {
  private final LongAdder waiting = new LongAdder();
  private final LongAdder statements = new LongAdder();
  private final LongAdder items = new LongAdder();

  /**
   * @param kind of the statements; the label {@code statement}
   */
  public BatchCounts(String kind, Metrics metrics) {
    metrics.gauge(
        "batch.waiting",
        "Requests that wait until the statement before is over",
        waiting::sum,
        "statement",
        kind);
    metrics.count(
        "batch.statements",
        "Statements that did the work of one or more requests",
        statements::sum,
        "statement",
        kind);
    metrics.count("batch.items", "Requests whose work they did", items::sum, "statement", kind);
  }

  void waiting(int more) {
    waiting.add(more);
  }

  void sent(int size) {
    statements.increment();
    items.add(size);
  }
}
