package walletsync.server.db;

import java.time.Duration;

/**
 * How much a {@link Batcher} takes on.
 *
 * @param items in one statement, at most
 * @param size of all items of one statement together, at most; a larger item goes alone
 * @param underWay how many statements may be under way at a time
 * @param waiting how many items may wait; more are refused
 * @param waitingSize how large they may be together; one may always wait
 * @param patience how long an item may wait; then it is refused without having been sent
 */
public record BatchLimits(
    int items, int size, int underWay, int waiting, long waitingSize, Duration patience) {}
