/** Whether this server can do its work just now. */
@NullMarked
package walletsync.server.health;

import org.jspecify.annotations.NullMarked;
