/** What a device remembers between runs. Start with {@link walletsync.client.state.LocalState}. */
@NullMarked
package walletsync.client.state;

import org.jspecify.annotations.NullMarked;
