/** What can go wrong in a client, in kinds that a program or a script can tell apart. */
@NullMarked
package walletsync.client.failure;

import org.jspecify.annotations.NullMarked;
