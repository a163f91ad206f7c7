package walletsync.server.wallet;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import walletsync.server.bus.Bus;
import walletsync.server.db.Database;
import walletsync.server.wallet.WalletRequest.FetchWallet;
import walletsync.server.wallet.WalletRequest.SaveWallet;

/** Answers for the wallets. It only wires; {@link WalletStore} works. */
public final class WalletVerticle extends VerticleBase {
  private final Bus bus;
  private final WalletStore wallets;

  /**
   * @param due hears of accounts that save, so that their old versions are purged
   */
  public WalletVerticle(Bus bus, Database database, DueAccounts due) {
    this.bus = bus;
    this.wallets =
        new WalletStore(
            database,
            changed -> {
              bus.publish(changed);
              due.saved(changed.accountId(), changed.sequence());
            });
  }

  @Override
  public Future<?> start() {
    return Future.all(
        bus.answer(FetchWallet.class, wallets::fetch), bus.answer(SaveWallet.class, wallets::save));
  }
}
