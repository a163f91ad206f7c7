/**
 * Accounts, passwords and tokens. {@link walletsync.server.auth.AuthRequest} lists what can be
 * asked; each use has a class of its own ({@code SignUp}, {@code LogIn}, {@code ChangePassword},
 * {@code Tickets}); the stores hold the statements.
 */
@NullMarked
package walletsync.server.auth;

import org.jspecify.annotations.NullMarked;
