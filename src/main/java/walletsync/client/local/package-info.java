/**
 * The wallet on this device: a file of our own, or the real SDK's behind its JSON-RPC. Start with
 * {@link walletsync.client.local.LocalWallet}.
 */
@NullMarked
package walletsync.client.local;

import org.jspecify.annotations.NullMarked;
