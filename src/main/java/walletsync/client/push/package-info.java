/**
 * The websocket on which the server tells of changes, kept open through everything. Start with
 * {@link walletsync.client.push.UpdateListener}.
 */
@NullMarked
package walletsync.client.push;

import org.jspecify.annotations.NullMarked;
