/**
 * A real Postgres for those who have none: unpacked, initialised, started and stopped by the server
 * itself, on a folder of its own. Start with {@link
 * walletsync.server.db.embedded.EmbeddedPostgres#start}, which reads top to bottom.
 *
 * <p>Three promises shape every line here. <b>Durable</b>: what was committed survives a {@code
 * kill -9} of anything at any moment; whatever takes more than one step is made in a {@code tmp-}
 * place and renamed. <b>Closed</b>: loopback and SCRAM only, and no file that another user can
 * read. <b>Clear</b>: a start that cannot work ends in a {@link
 * walletsync.server.settings.StartException} of one line.
 */
@NullMarked
package walletsync.server.db.embedded;

import org.jspecify.annotations.NullMarked;
