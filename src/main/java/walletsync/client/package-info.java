/**
 * Keeps a wallet of this device in step with a server. {@link walletsync.client.WalletSyncClient}
 * is the one to use, {@link walletsync.client.ClientSettings} says how. Plain Java: {@code
 * java.net.http}, no server framework.
 */
@NullMarked
package walletsync.client;

import org.jspecify.annotations.NullMarked;
