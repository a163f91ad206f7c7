package walletsync.client;

/** What a person agrees to where the server's wallet cannot be taken as it is. */
public enum Consent {
  /** Nothing: such a wallet is refused. */
  NONE,
  /**
   * The server went back to an older wallet, for example because its operator restored a backup.
   * Merge with that one: nothing that either side has is lost, and where they differ the resolver
   * decides.
   */
  ADOPT_OLDER,
  /**
   * The server's wallet is not signed with this password, or cannot be read. Replace it with the
   * local one: what only the server had is lost.
   */
  REPLACE_UNREADABLE
}
