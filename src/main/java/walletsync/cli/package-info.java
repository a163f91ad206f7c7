/** The command line of the client. Start with {@link walletsync.cli.WalletSync}. */
@NullMarked
package walletsync.cli;

import org.jspecify.annotations.NullMarked;
