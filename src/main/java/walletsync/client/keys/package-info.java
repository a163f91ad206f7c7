/** The keys of an account: what follows from e-mail, password and salt seed, and what it signs. */
@NullMarked
package walletsync.client.keys;

import org.jspecify.annotations.NullMarked;
