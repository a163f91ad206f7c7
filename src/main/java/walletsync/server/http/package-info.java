/**
 * The HTTP side: {@link walletsync.server.http.HttpVerticle} listens, {@code Api} has every
 * endpoint, {@code Failures} turns every failure into its answer, {@code Sockets} tells devices of
 * changes.
 */
@NullMarked
package walletsync.server.http;

import org.jspecify.annotations.NullMarked;
