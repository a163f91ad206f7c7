/**
 * The wire contract that server and client share: request bodies, the wallet, and every refusal.
 * Plain Java without Vert.x. Start with {@link walletsync.protocol.WalletBody} and {@link
 * walletsync.protocol.Refusal}.
 */
@NullMarked
package walletsync.protocol;

import org.jspecify.annotations.NullMarked;
