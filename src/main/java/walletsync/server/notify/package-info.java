/** What happens to accounts, told to every place where it matters, in this process and others. */
@NullMarked
package walletsync.server.notify;

import org.jspecify.annotations.NullMarked;
