package walletsync.client;

import java.util.List;
import walletsync.client.merge.Conflict;

/**
 * What a sync did.
 *
 * @param sequence of the wallet that this device and the server have in common now
 * @param pulled whether the local wallet changed
 * @param pushed whether the server's wallet changed
 * @param conflicts what had to be decided
 */
public record SyncReport(long sequence, boolean pulled, boolean pushed, List<Conflict> conflicts) {}
