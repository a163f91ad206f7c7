/** What an operator sets, typed and checked before anything starts. */
@NullMarked
package walletsync.server.settings;

import org.jspecify.annotations.NullMarked;
