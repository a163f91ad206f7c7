/** Writes docs/walk-through.md by doing what it tells. Start with {@code WalkThrough}. */
package walletsync.walkthrough;
