package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import walletsync.protocol.Refusal;
import walletsync.protocol.Wallet;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.BatchLimits;
import walletsync.server.db.Batcher;
import walletsync.server.wallet.SaveStatements.Found;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/**
 * Saves wallets: one statement checks the token, compares the password epoch of token and head,
 * compares and sets the sequence, and keeps the version. Saves that arrive while one is under way
 * share the next. Nothing is remembered, so any number of these may work on the same database; each
 * belongs to one event loop.
 */
final class WalletWriter {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final BatchLimits TOGETHER =
      new BatchLimits(128, 1 << 20, 1, 2_000, waitingSize(), PATIENCE);

  /** One: it may wait for a lock, or be large, and others need connections and memory as well. */
  private static final BatchLimits ALONE =
      new BatchLimits(1, Integer.MAX_VALUE, 1, 2_000, waitingSize(), PATIENCE);

  /** After so long it is too late for another two statements: the asker would not hear of them. */
  private static final Duration LATE = PATIENCE;

  private final SaveStatements statements;
  private final Batcher<SaveWallet, Optional<Row>> saves;
  private final Batcher<SaveWallet, Optional<Row>> singles;
  private final Batcher<SaveWallet, Optional<Row>> explanations;
  private final Batcher<SaveWallet, Optional<Row>> largeExplanations;
  private final Batcher<Found, Optional<Row>> confirmations;

  WalletWriter(
      SaveStatements statements, WalletCounts counts, Executor loop, Supplier<Future<?>> recovery) {
    this.statements = statements;
    this.singles =
        new Batcher<>(
            ALONE,
            counts.singles(),
            loop,
            recovery,
            WalletWriter::size,
            one -> statements.save(one.get(0)).map(List::of),
            statements::save);
    this.saves =
        new Batcher<>(
            TOGETHER,
            counts.saves(),
            loop,
            recovery,
            WalletWriter::size,
            statements::save,
            singles::submit);
    this.explanations =
        new Batcher<>(
            TOGETHER,
            counts.explanations(),
            loop,
            recovery,
            WalletWriter::size,
            statements::explain,
            statements::explain);
    this.largeExplanations =
        new Batcher<>(
            ALONE,
            counts.explanations(),
            loop,
            recovery,
            WalletWriter::size,
            one -> statements.explain(one.get(0)).map(List::of),
            statements::explain);
    this.confirmations =
        new Batcher<>(
            TOGETHER,
            counts.confirmations(),
            loop,
            recovery,
            found -> size(found.wallet()),
            statements::confirm,
            found -> statements.confirm(List.of(found)).map(rows -> rows.get(0)));
  }

  /** See {@link SaveWallet}. */
  Future<Saved> save(SaveWallet request) {
    long begun = System.nanoTime();
    return saves
        .submit(request)
        .compose(
            stored ->
                stored.isPresent()
                    ? stored(request)
                    : explain(request, System.nanoTime() - begun < LATE.toNanos()));
  }

  /**
   * Says why a save stored nothing. This must be a statement of its own, begun after the save: in
   * the save's snapshot a loser that waited for the winner would be told the sequence from before,
   * and a retry of a save still under way would look like a conflict.
   *
   * @param mayTryAgain whether a wallet that would be the next one is saved now, alone: its head
   *     was held by somebody else, or another save of the account was in the same batch
   */
  private Future<Saved> explain(SaveWallet request, boolean mayTryAgain) {
    return explanations
        .submit(request)
        .compose(
            found ->
                found.filter(row -> row.getBoolean("large")).isPresent()
                    ? largeExplanations.submit(request)
                    : Future.succeededFuture(found))
        .compose(
            found -> {
              Row row = found.orElseThrow(() -> new RefusedException(Refusal.TOKEN_NOT_FOUND));
              long sequence = row.getLong("sequence");
              boolean mine = row.getBoolean("mine");
              if (mine && sequence == request.wallet().sequence()) {
                // The answer to the first try was lost, and its announcement perhaps with it.
                // Sockets that have heard of this sequence are not told again.
                statements.announce(request, found);
                return confirm(request.wallet(), row, new Saved.Stored(request.tag()));
              }
              if (sequence == request.wallet().sequence() - 1) {
                if (!mayTryAgain) {
                  throw new RefusedException(Refusal.UNAVAILABLE);
                }
                return singles
                    .submit(request)
                    .compose(
                        again -> again.isPresent() ? stored(request) : explain(request, false));
              }
              if (!mine) {
                return Future.succeededFuture(
                    new Saved.Conflict(
                        sequence == 0 ? Optional.empty() : Optional.of(Rows.wallet(row)), false));
              }
              Wallet current = Rows.wallet(row);
              Saved accepted = new Saved.Conflict(Optional.of(current), true);
              return confirm(request.wallet(), row, accepted)
                  .compose(answer -> confirm(current, row, answer));
            });
  }

  /**
   * Gives an answer that promises that a wallet is there, once that is so. To have read it is not
   * enough: only this node may have it, where the wait for a standby was cancelled, or where it was
   * the primary once; a fail-over would lose it.
   */
  private Future<Saved> confirm(Wallet wallet, Row explained, Saved answer) {
    return confirmations
        .submit(new Found(explained.getLong("account_id"), wallet))
        .map(
            row -> {
              if (row.isEmpty()) {
                throw new RefusedException(Refusal.UNAVAILABLE);
              }
              return answer;
            });
  }

  private static Future<Saved> stored(SaveWallet request) {
    return Future.succeededFuture(new Saved.Stored(request.tag()));
  }

  /**
   * A share of the heap for those that wait: all queues of all event loops together may hold a
   * quarter of it, roughly.
   */
  private static long waitingSize() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() / 16 / runtime.availableProcessors();
  }

  private static int size(SaveWallet request) {
    return size(request.wallet());
  }

  private static int size(Wallet wallet) {
    return wallet.encryptedWallet().length() + wallet.hmac().length();
  }
}
