/** What can be counted and measured, as Prometheus reads it. */
@NullMarked
package walletsync.server.metrics;

import org.jspecify.annotations.NullMarked;
