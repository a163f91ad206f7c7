/**
 * The server. {@link walletsync.server.Main} starts the process, {@link walletsync.server.Server}
 * deploys a verticle for each concern.
 */
@NullMarked
package walletsync.server;

import org.jspecify.annotations.NullMarked;
