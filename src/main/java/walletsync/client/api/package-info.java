/** The protocol as a client speaks it. Start with {@link walletsync.client.api.ServerApi}. */
@NullMarked
package walletsync.client.api;

import org.jspecify.annotations.NullMarked;
