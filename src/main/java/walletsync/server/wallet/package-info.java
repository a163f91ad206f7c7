/**
 * The wallets: one statement decides each operation. See {@link
 * walletsync.server.wallet.WalletWriter}.
 */
@NullMarked
package walletsync.server.wallet;

import org.jspecify.annotations.NullMarked;
