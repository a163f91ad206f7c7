package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import walletsync.server.bus.Bus;
import walletsync.server.db.Database;
import walletsync.server.wallet.WalletRequest.FetchWallet;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/**
 * Answers for the wallets. It only wires; {@link WalletReader} and {@link WalletWriter} work.
 * Deploy one instance for each event loop that serves.
 */
public final class WalletVerticle extends VerticleBase {
  private final Bus bus;
  private final WalletReader reader;
  private final WalletWriter writer;

  /**
   * @param due hears of accounts that save, so that their old versions are purged
   */
  public WalletVerticle(Bus bus, Database database, DueAccounts due, WalletCounts counts) {
    this.bus = bus;
    this.reader = new WalletReader(database, counts.reads(), this::soon, this::recover);
    SaveStatements statements =
        new SaveStatements(
            database,
            changed -> {
              bus.publish(changed);
              due.saved(changed.accountId(), changed.sequence());
            });
    this.writer = new WalletWriter(statements, counts, this::soon, this::recover);
  }

  private void soon(Runnable work) {
    context.runOnContext(nothing -> work.run());
  }

  /** As long as a pool may take to notice that a connection has ended. */
  private Future<?> recover() {
    return vertx.timer(50, TimeUnit.MILLISECONDS);
  }

  @Override
  public Future<?> start() {
    return Future.all(
        bus.answer(FetchWallet.class, reader::fetch), bus.answer(SaveWallet.class, writer::save));
  }
}
