package walletsync.server.wallet;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import walletsync.protocol.Wallet;

/** What statements about wallets answer with. */
final class Rows {
  private Rows() {}

  static Optional<Row> first(RowSet<Row> rows) {
    return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
  }

  /**
   * Puts the rows of a common statement where their items are; there is none for some.
   *
   * @param rows whose column {@code ord} counts the items from 1
   */
  static List<Optional<Row>> inOrder(RowSet<Row> rows, int items) {
    List<Optional<Row>> ordered = new ArrayList<>(Collections.nCopies(items, Optional.empty()));
    for (Row row : rows) {
      ordered.set((int) (row.getLong("ord") - 1), Optional.of(row));
    }
    return ordered;
  }

  static Wallet wallet(Row row) {
    return new Wallet(
        row.getString("encrypted_wallet"), row.getLong("sequence"), row.getString("hmac"));
  }
}
