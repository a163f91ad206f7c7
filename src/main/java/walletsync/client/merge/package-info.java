/**
 * The merge that the client does itself, with the last synced version as its base. Start with
 * {@link walletsync.client.merge.ThreeWayMerge}.
 */
@NullMarked
package walletsync.client.merge;

import org.jspecify.annotations.NullMarked;
