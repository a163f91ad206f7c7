/**
 * Wallets exactly as the LBRY SDK makes them: the encrypted container, the JSON text, the hash, the
 * merge by timestamps, accounts. Start with {@link walletsync.client.sdk.SdkWallet} and {@link
 * walletsync.client.sdk.WalletContainer}.
 */
@NullMarked
package walletsync.client.sdk;

import org.jspecify.annotations.NullMarked;
