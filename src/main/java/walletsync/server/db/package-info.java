/**
 * The way to Postgres: connections, their limits, and the schema. Statements live in the stores.
 */
@NullMarked
package walletsync.server.db;

import org.jspecify.annotations.NullMarked;
