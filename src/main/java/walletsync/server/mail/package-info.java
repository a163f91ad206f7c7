/** Mails to account holders. */
@NullMarked
package walletsync.server.mail;

import org.jspecify.annotations.NullMarked;
