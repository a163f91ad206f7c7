package walletsync.bench;

/**
 * What one turn of a load came to.
 *
 * @param requests that were answered
 * @param seconds that it took
 * @param medianMillis half of the answers came within this
 * @param slowMillis 99 of 100 did
 * @param errors answers that should not have been, and what was not answered at all
 * @param accepted saves that were accepted, where the load counts them
 */
record Outcome(
    long requests,
    double seconds,
    double medianMillis,
    double slowMillis,
    long errors,
    long accepted) {

  double perSecond() {
    return requests / seconds;
  }
}
