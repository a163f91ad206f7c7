/**
 * The typed event bus between the verticles: one record is one message is one address. See {@link
 * walletsync.server.bus.Bus}.
 */
@NullMarked
package walletsync.server.bus;

import org.jspecify.annotations.NullMarked;
