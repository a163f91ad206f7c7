package walletsync.client;

/** What became of a wallet that was to be stored. */
public enum Outcome {
  /** The server has it. */
  SUCCESS,
  /** Another device was faster. Its changes are merged into the local wallet; post again. */
  OUT_OF_DATE
}
